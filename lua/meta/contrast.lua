---@meta

---@class assay.DifferenceOptions
---@field confidence number  C, a share such as 0.80
---@field method? "newcombe"|"newcombe_cc"|"miettinen_nurminen"|"mee"|"agresti_caffo"|"wald"|"wald_cc"  newcombe if not given
---@field populations? number[]  { N1, N2 }, math.huge for one without end; for newcombe and wald
---@field weights? "mantel_haenszel"|number[]  of strata; "mantel_haenszel" if not given

---@class assay.RatioOptions
---@field confidence number
---@field method? "koopman"|"katz"|"walter"  koopman if not given

---@class assay.OddsRatioOptions
---@field confidence number
---@field method? "exact"|"mid_p"|"woolf"|"haldane_anscombe"  exact if not given

---@class assay.ContrastGroup
---@field x integer
---@field n integer
---@field population? integer

---@class assay.Contrast
---@field kind "difference"|"ratio"|"odds_ratio"
---@field estimate? number  math.huge for something over 0; absent for 0 over 0 and where a group has no cases
---@field lower? number  absent where the status is undefined
---@field upper? number  math.huge where there is none
---@field first assay.ContrastGroup
---@field second assay.ContrastGroup
---@field confidence number
---@field method string
---@field status? "no_data"|"undefined"|"clipped"  absent where there is nothing to say

---@class assay.StratifiedContrast
---@field kind "difference"
---@field estimate? number
---@field lower? number
---@field upper? number
---@field strata integer  how many
---@field weights "mantel_haenszel"|number[]
---@field confidence number
---@field method "miettinen_nurminen"|"mee"
---@field status? "no_data"  no stratum has a weight, or one that has is without cases in a group

--- The difference p1 - p2 of two proportions and its limits, from two independent samples of n cases with x yes,
--- each given as { x, n }. With p = x/n and z the normal quantile of (1 - C) / 2:
---   newcombe            from Wilson's limits l and u of each group (see `assay.interval`):
---                       d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to d + sqrt((u1 - p1)^2 + (p2 - l2)^2)
---   newcombe_cc         the same with Wilson's limits corrected for continuity
---   miettinen_nurminen  all differences within z standard errors, reckoned from the likeliest shares with that
---                       difference; mee is the same without the factor (n1 + n2) / (n1 + n2 - 1)
---   agresti_caffo       wald after a yes and a no were added to each group
---   wald                d -+ z sqrt(p1 (1-p1) / n1 + p2 (1-p2) / n2): too short for few cases; wald_cc adds
---                       (1/n1 + 1/n2) / 2 at each end
--- With `populations` it is about the cases of these populations, not about what goes on: newcombe takes Wilson's
--- limits with a population, wald the variances (1 - n/N) p (1-p) / (n - 1). Limits beyond -1 or 1 are brought back
--- (clipped). A group without cases: no estimate, limits -1 and 1 (no_data).
--- Samples of the same cases, or that overlap, are not independent: see `assay.change`.
--- Over strata each group is a list of { x, n }, one for each: the difference is sum w_h (p1_h - p2_h), the weights made
--- to add up to 1, by default n1 n2 / (n1 + n2) (Mantel and Haenszel's); miettinen_nurminen, the default there, and mee
--- take all differences within z standard errors, sqrt(sum w_h^2 s_h^2). The result is then a StratifiedContrast.
--- Errors: more yes than cases, more cases than the population, counts that are not whole, a share outside 0 to 1.
--- Sources: Newcombe (1998); Miettinen and Nurminen (1985); Mee (1984); Agresti and Caffo (2000).
---@param first integer[]|integer[][]
---@param second integer[]|integer[][]
---@param options assay.DifferenceOptions
---@return assay.Contrast|assay.StratifiedContrast
function assay.difference(first, second, options) end

--- The ratio p1 / p2 of two proportions and its limits, from independent samples { x1, n1 } and { x2, n2 }:
---   koopman  all ratios within z standard errors, reckoned from the likeliest shares with that ratio
---   katz     p1/p2 times e^(-+ z sqrt(1/x1 - 1/n1 + 1/x2 - 1/n2)), undefined where a group has no yes
---   walter   the same from x + 1/2 and n + 1/2
--- The upper limit is math.huge where the second group has no yes (koopman). Errors as for `assay.difference`.
--- Sources: Koopman (1984); Katz and others (1978); Walter (1975).
---@param first integer[]
---@param second integer[]
---@param options assay.RatioOptions
---@return assay.Contrast
function assay.ratio(first, second, options) end

--- The odds ratio p1 (1-p2) / ((1-p1) p2) of two proportions and its limits, from independent samples { x1, n1 } and
--- { x2, n2 }:
---   exact             given x1 + x2, each tail has (1 - C) / 2; the estimate is the likeliest there, as R's
---                     fisher.test has it; up to 2^31 - 1 cases
---   mid_p             the same, with what was found counted half: shorter, and covers less surely
---   woolf             x1 (n2-x2) / ((n1-x1) x2) times e^(-+ z sqrt(the sum of one over each of these four)),
---                     undefined where one of them is 0
---   haldane_anscombe  the same after 1/2 was added to each of the four
--- The lower limit is 0 and the upper one math.huge where the counts allow no other. Errors as for `assay.difference`.
--- Sources: Cornfield (1956); Woolf (1955); Haldane (1956); Anscombe (1956).
---@param first integer[]
---@param second integer[]
---@param options assay.OddsRatioOptions
---@return assay.Contrast
function assay.odds_ratio(first, second, options) end
