/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the WavePci port share: a stream on a card of the test's own
 */
#ifndef __PORTCLS_TEST_PCI_FIXTURE_H
#define __PORTCLS_TEST_PCI_FIXTURE_H

#include "fake_pci.h"
#include "portcls_test.h"

extern const struct fake_pci_config pt_pci_plain;

void pt_pci_exit(struct portcls_test *t);
struct fake_pci *pt_pci_begin(struct portcls_test *t,
			      const struct fake_pci_config *config);
struct fake_pci *pt_pci_begin_running(struct portcls_test *t,
				      const struct fake_pci_config *config, u32 bytes);
void pt_pci_end(struct portcls_test *t, struct fake_pci *f);
int pt_pci_start(struct fake_pci *f);
int pt_pci_record(struct fake_pci *f);
struct snd_pcm_runtime *pt_pci_runtime(struct fake_pci *f);
bool pt_pci_log_is(struct portcls_test *t, struct fake_pci *f, const char *want);

#endif /* __PORTCLS_TEST_PCI_FIXTURE_H */
