/* scan.h -- where the fields of delimited text end: the one place with vector instructions. */
#ifndef ASSAY_DATA_SCAN_H
#define ASSAY_DATA_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
** A scan goes over bytes once, 64 at a time, from the start of a record on. Separators are delimiters
** and line feeds outside quotes. Whether quotes, carriage returns and NUL bytes stand where they may
** is checked on the way, but only as yes or no: who wants the place reads the text byte by byte
** (csv_grammar.h). Each step uses the state that the step before it left.
*/
typedef struct assay_scan {
    char delimiter;
    bool wrong;        /* a NUL, a quote or a carriage return where none may stand */
    bool open;         /* the bytes read so far end inside quotes */
    uint64_t high;     /* not 0: some byte is not ASCII */
    uint64_t newlines; /* among the separators found */
    uint64_t inner;    /* line feeds inside quotes */
    uint64_t closed;   /* 1: the last byte closed a quote */
    uint64_t parted;   /* 1: the last byte was a separator, or there was none yet */
    uint64_t returned; /* 1: the last byte was a carriage return outside quotes */
} assay_scan;

/* At the start of a record. */
assay_scan assay_scan_start(char delimiter);

/*
** Scans bytes[from .. to) and writes the offsets of its separators; returns how many: at most
** to - from. 64 bytes behind `to` must be readable, and ends[] must have room for 64 beyond what is
** returned. `to - from` is a multiple of 64, unless nothing is scanned after it.
*/
typedef size_t assay_scan_kernel(assay_scan *scan, const char *bytes, size_t from, size_t to,
                                 uint32_t ends[]);

/* The fastest kernel of this machine. */
assay_scan_kernel *assay_scan_best(void);

/*
** Every kernel that this machine can run, from the portable one (i = 0) on; NULL behind the last.
** All give the same answers.
*/
assay_scan_kernel *assay_scan_at(size_t i);

#endif
