/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intel ICH AC'97: what the files of the driver share
 *
 * Locking: an engine's queue is protected by the PCM stream lock of the one
 * stream that has the engine. The codec registers and GLOB_CNT are touched in
 * process context only, under @codec_lock.
 */
#ifndef __ICH_H
#define __ICH_H

#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <sound/ac97_codec.h>
#include <sound/portcls/card.h>
#include <sound/portcls/wavepci.h>

#include "ich_regs.h"

#define ICH_CODECS	3
#define ICH_CLOCK_RATE	48000U	/* of an AC-link by the book, Hz */

/* Engines, in the order of their registers; the gap is not an audio engine. */
enum ich_engine_id {
	ICH_PCM_IN,
	ICH_PCM_OUT,
	ICH_MIC_IN,
	ICH_UNUSED,
	ICH_MIC2_IN,
	ICH_PCM2_IN,
	ICH_SPDIF_OUT,
	ICH_ENGINES
};

/**
 * struct ich_model - a family of controllers
 * @driver: name of the ALSA driver
 * @ich4: six engines, SDIN steering, 20-bit samples, S/PDIF engine
 */
struct ich_model {
	const char *driver;
	bool ich4;
};

/**
 * struct ich_entry - a mapping in an engine's list
 * @addr: device address of what is left of it
 * @samples: length of what is left of it
 * @irq: it raises an interrupt
 * @tag: the port's name for it
 * @end: stream position behind it, bytes
 */
struct ich_entry {
	u32 addr;
	u32 samples;
	bool irq;
	unsigned long tag;
	u64 end;
};

/**
 * struct ich_engine - a bus master and its descriptor list
 * @stream: the miniport stream while there is one
 * @chip: the controller
 * @regs: its registers
 * @id: which engine
 * @group: service group that its interrupt notifies
 * @pcm: AC'97 slots and rates, NULL where the codec has none
 * @list: the descriptor list: two little-endian words an entry
 * @list_addr: its device address
 * @entry: what the list's entries stand for, by hardware index
 * @first: index of the oldest entry that is not released
 * @count: number of entries
 * @next_tag: name of the next mapping
 * @filled: stream position behind the newest entry, bytes
 * @position: stream position at the last stop, bytes
 * @running: the run bit is set
 * @shift: 1 for 16-bit samples, 2 for 20-bit samples in 32 bits
 * @channels: samples per frame
 */
struct ich_engine {
	struct portcls_wavepci_stream stream;
	struct ich_chip *chip;
	void __iomem *regs;
	enum ich_engine_id id;
	struct portcls_service_group *group;
	struct ac97_pcm *pcm;
	__le32 *list;
	dma_addr_t list_addr;
	struct ich_entry entry[ICH_ENTRIES];
	unsigned int first;
	unsigned int count;
	unsigned long next_tag;
	u64 filled;
	u64 position;
	bool running;
	unsigned int shift;
	unsigned int channels;
};

/**
 * struct ich_chip - a controller
 * @card: the card
 * @pci: the device
 * @model: its family
 * @codec: codec window
 * @bus: bus master window
 * @adapter: its reach into memory
 * @lists: the channel whose common buffer holds all descriptor lists
 * @codec_lock: protects the codec window, @glob_cnt, and what follows to
 *	@no_semaphore
 * @glob_cnt: what GLOB_CNT was set to
 * @asleep: the codecs are not reachable, their layer's cache takes writes
 * @slept: their registers as they were then
 * @no_semaphore: that of the codec window is stuck
 * @ac97_bus: the AC-link
 * @ready: the lines on which codecs answered at probe, bits of GLOB_STA
 * @ac97: the codecs, NULL for a number that has none
 * @sdin: SDIN line of each codec (ICH4)
 * @running: bit n for engine n; atomic, since each stream has a lock of its own
 * @shared: the interrupt line may be somebody else's too; set where a look finds an
 *	engine no further, forgotten when an engine starts; a hint, without a lock
 * @piv_ahead: the prefetched index is one ahead of the current one; false once
 *	a chip was seen to disagree
 * @engine: the engines
 */
struct ich_chip {
	struct portcls_card *card;
	struct pci_dev *pci;
	const struct ich_model *model;
	void __iomem *codec;
	void __iomem *bus;
	struct portcls_adapter *adapter;
	struct portcls_dma_channel *lists;
	struct mutex codec_lock;	/* see above */
	u32 glob_cnt;
	bool asleep;
	u16 slept[ICH_CODECS][ICH_CODEC_SIZE / 2];
	bool no_semaphore;
	struct snd_ac97_bus *ac97_bus;
	u32 ready;
	struct snd_ac97 *ac97[ICH_CODECS];
	u8 sdin[ICH_CODECS];
	unsigned long running;
	bool shared;
	bool piv_ahead;
	struct ich_engine engine[ICH_ENGINES];
};

/* ich_hw.c */
int ich_hw_reset(struct ich_chip *chip);
u16 ich_codec_read(struct snd_ac97 *ac97, unsigned short reg);
void ich_codec_write(struct snd_ac97 *ac97, unsigned short reg,
		     unsigned short value);
void ich_codec_remember(struct snd_ac97 *ac97);
void ich_set_format(struct ich_chip *chip, const struct portcls_format *format);
void ich_steer(struct ich_chip *chip);

/* ich_mixer.c */
int ich_mixer_new(struct ich_chip *chip, int clock, const char *quirk);
bool ich_has_spdif(const struct ich_chip *chip);
void ich_mixer_suspend(struct ich_chip *chip);
void ich_mixer_resume(struct ich_chip *chip);

/* ich_clock.c */
int ich_clock_param(struct ich_chip *chip, int clock);
bool ich_clock_doubtful(struct ich_chip *chip, int clock);
int ich_clock_measure(struct ich_chip *chip);

/* ich_quirks.c */
extern const struct ac97_quirk ich_ac97_quirks[];
int ich_quirk_clock(struct pci_dev *pci);
bool ich_quirk_keeps_link(struct pci_dev *pci);

/* ich_engine.c */
void ich_engine_reset(struct ich_engine *engine);
void ich_engine_halt(struct ich_engine *engine);
void ich_engine_start(struct ich_engine *engine);
void ich_engine_stop(struct ich_engine *engine);
void ich_engine_fill(struct ich_engine *engine);
void ich_engine_service(struct ich_engine *engine);
u64 ich_engine_position(struct ich_engine *engine);
unsigned int ich_engine_drop(struct ich_engine *engine);

/* ich_stream.c */
extern const struct portcls_wavepci_ops ich_wavepci_ops;
int ich_streams_new(struct ich_chip *chip);

/* ich_irq.c */
irqreturn_t ich_interrupt(int irq, void *data);

#endif /* __ICH_H */
