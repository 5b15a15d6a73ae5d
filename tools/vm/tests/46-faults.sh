#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each allocation and each fallible call on the paths of each driver fails in turn;
# one boot a card. FAULTS: some of the cards only; FAULTS_CALLS=1: no
# allocations, which are by far the most. The debug kernel sees leaks too.

. "$(dirname "$0")/../lib.sh"

case $vm_kernel in
debian-6.1 | debug) ;;
*)
	echo '1..0 # SKIP what the core itself does when it fails is known of 6.1'
	exit 0 ;;
esac

programs=$top/build/selftests
tests=$top/tools/testing/selftests/portcls
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$programs"
make -s -C "$tests" OUTPUT="$programs" || { echo 'Bail out! no test programs'; exit 1; }
cp "$tests/fail/Makefile" "$tests/fail/portcls-fail.c" \
	"$top/sound/portcls/tests/fail_hook.h" "$work"
if ! make -s -C "$(vm_kernel_dir)/build" M="$work" modules >"$work/log" 2>&1; then
	echo 'Bail out! the module that lets calls fail does not build'
	sed 's/^/# /' "$work/log"
	exit 1
fi

# What every card calls, and what it must say when that fails.
common='snd_devm_card_new=-12 snd_pcm_new=-12 snd_device_new=-12 snd_register_device=-12
	snd_card_register=-12 portcls_adapter_get=-12 portcls_service_group_new=0:12
	devm_add_action=-12 snd_dma_alloc_dir_pages=-12 dma_alloc_attrs=0:12
	snd_pcm_hw_rule_add=-12 rpm_resume=-5 portcls_service_add_member=-12'
# A ring of mappings goes through the version-3 routines.
ring='portcls_transfer_info=-12 portcls_transfer_map=-12 portcls_adapter_allocate_lasting=-12'
masks='dma_set_mask=-5 dma_set_coherent_mask=-5'
irq=request_threaded_irq=-16
pci="$masks pcim_enable_device=-5"

# The driver core says that it could not add a kobject, and the interrupt core misses, when
# it takes an interrupt down, the folder in /proc that it could not make. vmalloc() tells
# of each failure, with a trace.
fine='kobject_add_internal failed for .*error: -12|unregister_irq_proc|vmalloc error: size'

# faults NAME DRIVER FOLDER DEVICE RESUME SYMBOL...
faults() {
	VM_NAME=$1 driver=$2 folder=$3 device=$4 resume=$5
	shift 5
	# shellcheck disable=SC2086 # a list
	# To look up an interrupt the firmware of "pc" takes longer than all else in a probe.
	vm_tap --machine q35 --timeout 900 --expect-splat "$fine" \
		--with "$programs/faultsweep" --file "$work/portcls-fail.ko" \
		${device:+--device "$device"} "$tests/vm/faults.sh" "${FAULTS_CALLS:-0}" "$driver" "$folder" \
		"$resume" $common "$@"
}

only=${FAULTS:-ac97 es1370 sb16 sample}
case $only in *ac97*)
	faults ac97 snd-portcls-ich /sys/bus/pci/devices/0000:00:04.0 ac97 ich_hw_reset=-5 $pci $irq \
		pcim_iomap_regions=-12 snd_ac97_bus=-12 snd_ac97_mixer=-12 \
		portcls_dma_new_master=-12 portcls_dma_allocate_buffer=-12 portcls_wavepci_new=-12 \
		ich_hw_reset=-5 $ring \
		snd_ac97_pcm_assign=-12 snd_ac97_pcm_open=-22 dma_alloc_noncontiguous=0:12
esac
case $only in *es1370*)
	faults es1370 snd-portcls-es1370 /sys/bus/pci/devices/0000:00:04.0 es1370 '' $pci $irq \
		portcls_dma_new_master=-12 portcls_dma_allocate_up_to=-12 portcls_wavecyclic_new=-12 \
		__devm_request_region=0:16
esac
case $only in *sb16*)
	faults sb16 snd-portcls-sb16 /sys/devices/platform/snd-portcls-sb16.0 sb16 sb16_dsp_reset=-19 $irq \
		__devm_request_region=0:16 sb16_dsp_reset=-19 portcls_dma_new_slave=-12 \
		portcls_dma_allocate_up_to=-12 portcls_wavecyclic_new=-12 dma_request_chan=-19 dma_get_slave_caps=-6 \
		request_dma=-16
esac
case $only in *sample*)
	faults sample snd-portcls-sample /sys/devices/platform/snd-portcls-sample '' \
		sample_power_change_state=-5 $masks \
		portcls_dma_allocate_buffer=-12 portcls_wavepci_new=-12 portcls_wavecyclic_new=-12 $ring \
		sample_loop_init=-12
esac
tap_end
