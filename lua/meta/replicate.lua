---@meta

---@class assay.Survey
local Survey = {}

---@class assay.ReplicateOptions
---@field method? "rao_wu"|"jackknife"  rao_wu if not given
---@field n? integer  replicates of rao_wu, 1000 or more
---@field seed? string  of rao_wu, such as assay.seed() gives

--- A new survey, whose estimates of every kind have the variance of replicates: they are repeated under other weights.
---   rao_wu     n_h - 1 of a stratum's n_h cases are drawn with replacement; who is drawn t times has the weight
---              w (1 - l + l n_h / (n_h - 1) t), l^2 = 1 - n_h / N_h. v is the variance of the replicates
---   jackknife  each case in turn is left out, the others of its stratum have w n_h / (n_h - 1):
---              v = sum (1 - n_h / N_h) (n_h - 1) / n_h (replicate - estimate)^2
--- Where clusters were drawn it is these that are drawn and left out. Under weights that were calibrated every replicate
--- is calibrated to the same totals, and one for which they cannot be met has no estimate and is counted; factors of
--- trimmed weights are taken as given. Limits are by the methods that take a variance; with rao_wu also by "percentile",
--- the quantiles of the replicates (type 7). Results depend on n and the seed alone.
---
--- A stratum of one case keeps its weight (lonely = "certainty"), others stand for it ("average"), or it is one with its
--- neighbour ("collapse"); "fail" and "adjust" are refused. So are designs that have no such replicates: samples drawn
--- with unequal probabilities, two stages below strata that are finite, and weights raised for non-response there.
--- Sources: Rao, Wu and Yue (1992), Survey Methodology 18, 209-217; Rao and Wu (1988), JASA 83, 231-241.
---@param options assay.ReplicateOptions
---@return assay.Survey
function Survey:replicates(options) end
