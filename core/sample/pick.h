/* pick.h -- which cases are drawn, once all stand in the order of their tickets. */
#ifndef ASSAY_SAMPLE_PICK_H
#define ASSAY_SAMPLE_PICK_H

#include "sample/draw.h"

/*
** Fills what of a sample follows from tickets: rows, ranks, sizes, probabilities, weights and those
** passed over. order[rows of the frame] has the rows by stratum and ticket.
**
**   plain   the first sizes[h] of a stratum, then as many as it has reserves
**   cells   the first sample[c] of each cell, then the next up to drawn[c]; ranks go by ticket
**           within the stratum
**   a cap   strata in order: a case whose holder has `cap` cases is passed over, also for reserves,
**           which are picked after all strata have their sample. Once any was, probabilities are
**           estimated by ASSAY_REPLAYS further draws: (times drawn + 1) / (ASSAY_REPLAYS + 1)
**   method  those that choose.h draws, then the first of the others, as many as there are reserves
**   stages  of each unit that the first stage draws the first n_i, then the next as its reserves
**
** Replay r draws the cases of each stratum, in order, from the stream "cap" of the seed, replicate r
** (base/rng.h), as random tickets would give them. Source: Fattorini (2006), Biometrika 93, 269-278.
*/
enum { ASSAY_REPLAYS = 10000 };

assay_status assay_pick(assay_context *context, assay_sample *sample, const uint32_t order[]);

#endif
