/* linterval.h -- what the files that ask for intervals share. */
#ifndef LINTERVAL_H
#define LINTERVAL_H

#include "lassay.h"

#include "prob/interval.h"

/* The request { method, population, confidence, side, prior } at `arg`. */
assay_interval_request lassay_interval_request(lua_State *L, int arg);

#endif
