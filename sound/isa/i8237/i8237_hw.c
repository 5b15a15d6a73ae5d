// SPDX-License-Identifier: GPL-2.0
/*
 * Intel 8237: the registers, through the kernel's ISA DMA functions
 *
 * Every access is made under the kernel's DMA lock, since both controllers'
 * byte pointers are shared by all lines and all drivers.
 */
#include <linux/kernel.h>
#include <asm/dma.h>

#include "i8237.h"

/* A counter that runs through a high byte between all of these reads does not exist. */
#define I8237_READS	8

/**
 * i8237_hw_present() - whether the machine has the controllers
 *
 * Chip sets that dropped them answer with all ones.
 *
 * Context: process.
 * Return: true if it has.
 */
bool i8237_hw_present(void)
{
	return dma_inb(DMA_PAGE_0) != 0xff;
}

/**
 * i8237_hw_start() - program a line
 * @line: the line, owned by the caller
 * @addr: device address, checked by the caller
 * @len: bytes, checked by the caller
 * @dir: direction
 * @cyclic: let the controller reload itself at the end
 * @masked: leave the line masked
 *
 * Context: any.
 */
void i8237_hw_start(unsigned int line, dma_addr_t addr, u32 len,
		    enum dma_transfer_direction dir, bool cyclic, bool masked)
{
	char mode = dir == DMA_MEM_TO_DEV ? DMA_MODE_WRITE : DMA_MODE_READ;
	unsigned long flags;

	if (cyclic)
		mode |= DMA_AUTOINIT;
	flags = claim_dma_lock();
	disable_dma(line);
	clear_dma_ff(line);
	set_dma_mode(line, mode);
	set_dma_addr(line, addr);
	set_dma_count(line, len);
	if (!masked)
		enable_dma(line);
	release_dma_lock(flags);
}

/**
 * i8237_hw_mask() - hold a line
 * @line: the line
 *
 * Address and count stay; a transfer in progress ends with its byte or word.
 *
 * Context: any.
 */
void i8237_hw_mask(unsigned int line)
{
	unsigned long flags = claim_dma_lock();

	disable_dma(line);
	release_dma_lock(flags);
}

/**
 * i8237_hw_unmask() - let a line go on
 * @line: the line
 *
 * Context: any.
 */
void i8237_hw_unmask(unsigned int line)
{
	unsigned long flags = claim_dma_lock();

	enable_dma(line);
	release_dma_lock(flags);
}

/**
 * i8237_hw_units_left() - read the counter of a line that may be running
 * @line: the line
 *
 * The counter comes in two reads, low byte first, and may borrow from the high
 * byte between them. Two pairs with the same high byte bracket the second low
 * byte, which then belongs to that high byte: the second pair is exact, without
 * holding the line and so without delaying the device.
 *
 * Context: any.
 * Return: bytes or words left, 0..65535. 0 means 65536 or the terminal count:
 * the register holds one less and is all ones in both cases.
 */
u32 i8237_hw_units_left(unsigned int line)
{
	unsigned int shift = i8237_shift(line);
	unsigned long flags;
	u16 before, now;
	int i;

	flags = claim_dma_lock();
	clear_dma_ff(line);
	now = get_dma_residue(line) >> shift;
	for (i = 0; i < I8237_READS; i++) {
		before = now;
		now = get_dma_residue(line) >> shift;
		/* get_dma_residue() has added the one to what it read */
		if (!(((u16)(before - 1) ^ (u16)(now - 1)) & 0xff00))
			break;
	}
	release_dma_lock(flags);
	return now;
}
