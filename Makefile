# SPDX-License-Identifier: GPL-2.0
#
# Two readers. Kbuild reads the first half: from "make -C KDIR M=" and, when this
# tree is dropped into a kernel tree as one folder, from that kernel's own build.
# A person (or DKMS) reads the second half: "make help".

# What there is to build, for both halves and for dkms.conf:
# SYMBOL:folder:what it needs of the kernel:module
portcls-modules := \
	SND_PORTCLS:sound/portcls:SND_PCM:snd-portcls \
	SND_PORTCLS_SLAVE:sound/portcls:SND_PCM,DMA_ENGINE:snd-portcls-slave \
	SND_PORTCLS_NETDMA:sound/portcls:DMA_ENGINE:snd-portcls-netdma \
	SND_PORTCLS_ICH:sound/pci/ich:SND_PCM,PCI,X86,SND_AC97_CODEC:snd-portcls-ich \
	SND_PORTCLS_ES1370:sound/pci/es1370:SND_PCM,PCI:snd-portcls-es1370 \
	SND_PORTCLS_SB16:sound/isa/sb16:SND_PCM,ISA_DMA_API,DMA_ENGINE:snd-portcls-sb16 \
	I8237_DMA:sound/isa/i8237:ISA_DMA_API,DMA_ENGINE:i8237-dma \
	SND_PORTCLS_SAMPLE:sound/drivers:SND_PCM:snd-portcls-sample \
	SND_PORTCLS_TEST:sound/portcls/tests:64BIT,SND_PCM,PCI,ISA_DMA_API,DMA_ENGINE:snd-portcls-test

portcls-field = $(word $(1),$(subst :, ,$(2)))

ifneq ($(KERNELRELEASE),)

portcls-root := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))

# Ours comes before the kernel's, so that a kernel that one day has a header of
# the same name does not shadow the tree that is being built.
LINUXINCLUDE := -I$(portcls-root)/include $(LINUXINCLUDE)
export LINUXINCLUDE

ifneq ($(KBUILD_EXTMOD),)
# Out of tree no Kconfig sets our symbols: each is m where its folder exists and
# the target kernel has what the module needs.
comma := ,
portcls-needs = $(subst $(comma), ,$(call portcls-field,3,$(1)))
portcls-lacks = $(strip \
	$(if $(wildcard $(portcls-root)/$(call portcls-field,2,$(1))/Makefile),,folder) \
	$(foreach s,$(call portcls-needs,$(1)),$(if $(filter y m,$(CONFIG_$(s))),,$(s))))
$(foreach s,$(portcls-modules),$(if $(call portcls-lacks,$(s)),,\
	$(eval export CONFIG_$(call portcls-field,1,$(s)) ?= m)))

ifeq ($(PORTCLS_GCOV),1)
export GCOV_PROFILE := y
endif
# A kernel with UBSAN checks what asks for it, or everything.
export UBSAN_SANITIZE := y
endif # KBUILD_EXTMOD

# What differs between kernels: probed by compiling, not guessed from a version.
ifneq ($(wildcard $(portcls-root)/include/compat/Makefile.compat),)
include $(portcls-root)/include/compat/Makefile.compat
endif

obj-y += sound/

else # KERNELRELEASE

SHELL := /bin/sh
.DEFAULT_GOAL := modules
MAKEFLAGS += --no-print-directory

# Which kernel: KDIR= (a build folder), KERNEL= (an installed release), the
# running one, or the newest whose headers are installed.
no-kernel-goals := help clean lint htmldocs check check-debug check-matrix demo vm bench
ifneq ($(filter-out $(no-kernel-goals),$(or $(MAKECMDGOALS),modules)),)
ifndef KDIR
ifdef KERNEL
KDIR := $(firstword $(wildcard /lib/modules/$(KERNEL)/build /usr/src/linux-headers-$(KERNEL)))
ifeq ($(KDIR),)
$(error no headers of $(KERNEL) in /lib/modules/$(KERNEL)/build: install linux-headers-$(KERNEL))
endif
else
KDIR := $(wildcard /lib/modules/$(shell uname -r)/build)
ifeq ($(KDIR),)
KDIR := $(shell ls -d /lib/modules/*/build 2>/dev/null | sort -V | tail -n 1)
ifeq ($(KDIR),)
$(error no kernel headers found: install linux-headers-amd64, or give KDIR=)
endif
$(info No headers of the running kernel ($(shell uname -r)): building against $(KDIR))
endif
endif
endif
RELEASE := $(shell sed -n 's/^.define UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h 2>/dev/null)
ifeq ($(RELEASE),)
$(error $(KDIR) is no prepared kernel build folder)
endif
endif

# Objects stay out of the source: each kernel has its own folder of links to the
# source, so that several kernels (and several people) can build from one tree.
BUILD ?= build/$(RELEASE)$(if $(filter 1,$(PORTCLS_GCOV)),-gcov)
override BUILD := $(abspath $(BUILD))
kbuild = @flock $(BUILD)/.lock $(MAKE) -C $(KDIR) M=$(BUILD)

MODPROBE_D := etc/modprobe.d/snd-portcls.conf
# Kbuild may run elsewhere.
INSTALL_ROOT := $(abspath $(DESTDIR)$(INSTALL_MOD_PATH))
MODULES := $(foreach m,$(portcls-modules),$(call portcls-field,4,$(m)))
# The lists of what is staged for a package would stand in the way of the system's own.
# A user's PATH may lack the folder of depmod.
depmod = $(if $(DESTDIR),,PATH="$$PATH:/usr/sbin:/sbin" \
	depmod $(if $(INSTALL_ROOT),-b $(INSTALL_ROOT)) $(RELEASE))

.PHONY: modules
modules: links ## build the modules: for the running kernel, or KERNEL=release, KDIR=folder
	+$(kbuild) modules

.PHONY: links
links:
	@sh tools/build-links $(CURDIR) $(BUILD)

.PHONY: install
install: modules ## put modules and modprobe.d file in place (DESTDIR= to stage, INSTALL_MOD_PATH= another root)
	+$(kbuild) INSTALL_MOD_PATH=$(INSTALL_ROOT) INSTALL_MOD_DIR=updates DEPMOD=true modules_install
	install -D -m 644 tools/install/snd-portcls.conf $(INSTALL_ROOT)/$(MODPROBE_D)
	$(depmod)

.PHONY: uninstall
uninstall: ## take away what install put there
	cd $(INSTALL_ROOT)/lib/modules/$(RELEASE)/updates 2>/dev/null || exit 0; \
		find . -type f \( $(patsubst %,-name '%.ko*' -o,$(MODULES)) -false \) -delete && \
		find . -mindepth 1 -type d -empty -delete
	rm -f $(INSTALL_ROOT)/$(MODPROBE_D)
	$(depmod)

.PHONY: lint
lint: ## run the static checks: W=1, sparse, coccinelle, checkpatch, shellcheck, Sphinx, house rules
	@tools/lint

.PHONY: htmldocs
htmldocs: ## make the documentation as HTML, in build/pages
	@tools/pages

.PHONY: check
check: ## build and run every test in a virtual machine (TESTS=names, KERNEL=name)
	@tools/check $(TESTS) $(if $(KERNEL),KERNEL=$(KERNEL)) $(if $(JOBS),JOBS=$(JOBS))

.PHONY: check-debug
check-debug: ## the same on a kernel with KASAN, lockdep, DMA-API debugging and kmemleak
	@tools/check $(TESTS) KERNEL=debug $(if $(JOBS),JOBS=$(JOBS))

.PHONY: check-matrix
check-matrix: ## the same on every kernel of the matrix
	@tools/check $(TESTS) KERNEL=matrix $(if $(JOBS),JOBS=$(JOBS))

.PHONY: demo
demo: ## play and record through the driver in a virtual machine (WAV=file, CARD=name)
	@tools/demo $(WAV) $(if $(CARD),--card $(CARD))

.PHONY: bench
bench: ## what our drivers cost beside the mainline ones, in a virtual machine that counts instructions
	@tools/bench/run

.PHONY: vm
vm: ## a shell in the virtual machine, with the modules and one card of each kind (KERNEL=name)
	@tools/vm/shell $(if $(KERNEL),--kernel $(KERNEL))

.PHONY: clean
clean: ## remove everything that was built in this tree
	rm -rf build

.PHONY: help
help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 16

endif # KERNELRELEASE
