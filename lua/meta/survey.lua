---@meta

---@class assay.SurveyOptions
---@field answers assay.Frame  a row for each case, a column for each question
---@field sample assay.Sample  the sample that the answers were given for
---@field framework? assay.Framework  says which columns are questions and what the answers are
---@field values? { yes: string, no: string, not_applicable?: string }  instead of the framework's
---@field lonely? "fail"|"certainty"|"adjust"|"average"  the variance of a stratum of which one case of several was drawn

--- The answers with the design under which they were collected, joined by id. An answer has four states: yes,
--- no, not applicable, unanswered (a blank, or no row for the case); any other value is an error with its
--- file and row, and so is an answer for a case that was not selected, or that was lost since (Sample:replace).
---
--- Estimates take the cases of each stratum as a simple random sample of as many as were drawn. That is what every
--- method gives whose probabilities are equal within strata, a random size (bernoulli, poisson) being taken as it came.
--- In an order (systematic, pps_systematic, chromy) it is nearly so, usually with limits that are too wide: this is
--- flagged. A sample under a size_measure is refused.
---@param options assay.SurveyOptions
---@return assay.Survey
function assay.survey(options) end

---@class assay.Survey
---@field sample assay.Sample
---@field framework? assay.Framework
---@field questions string[]  those that the answers have, in the order of the file
---@field other_columns string[]  columns that are no questions
---@field selected integer  cases to be assessed
---@field returned integer  of these, with a row of answers
---@field out_of_scope integer  cases drawn that are none of the population: no domain has them
---@field lost integer  cases drawn that are unavailable: the others of their strata stand for them
---@field replaced integer  reserves that have taken places
---@field status? string  "model_based": the plan shared its strata out by rule (within)
local Survey = {}

--- Whether the answers have this question.
---@param question string
---@return boolean
function Survey:has(question) end

---@class assay.ProportionOptions
---@field confidence? number  the plan's if not given
---@field method? string  one of those of Survey:proportion; by its rule if not given
---@field cap? boolean  an effective size is no more than the relevant cases drawn
---@field where? table|fun(row: table): any  the domain, as Frame:where takes it

---@class assay.ProportionsOptions: assay.ProportionOptions
---@field confidence? number
---@field method? string
---@field cap? boolean
---@field where? table|fun(row: table): any
---@field by? string|string[]  columns, of whose values each that occurs makes a domain, a missing one too (NA)

---@class assay.Proportion
---@field question string
---@field x integer  yes
---@field relevant integer  yes and no
---@field not_applicable integer
---@field unanswered integer
---@field lost integer  cases drawn that were unavailable
---@field n integer
---@field share? number  x / relevant, unweighted: what inspectorates print
---@field percent? integer  the share in per cent, rounded half up
---@field estimate? number  the design-based share of all eligible cases that are relevant
---@field se? number
---@field df? number  of the design in the domain; Satterthwaite's with that method
---@field lower? number
---@field upper? number
---@field half_width? number
---@field deff? number
---@field n_effective? number
---@field lowest_share? number  if all unanswered and lost were no
---@field highest_share? number  if all unanswered and lost were yes
---@field confidence number
---@field method string
---@field status? string  "no_data", "undefined" or "clipped"; "model_based" where the survey is and there is no other
---@field flags string[]  what must be said beside the numbers

--- One question, of all cases or of a domain (where). The estimate is sum N_h x_h/n_h / sum N_h r_h/n_h over strata h
--- with population N_h, n_h cases
--- drawn (without the unavailable; where cases out of scope were replaced, with the weights of Sample:replace), r_h
--- of them relevant, in the domain, and x_h yes; all others stay in the variance. Limits belong to the estimate:
--- wilson_neff, but korn_graubard where df < 20, a stratum has fewer than 5 cases, or x is 0 or all. The status is
--- "no_data" where no case of the domain is relevant, "undefined" where a method has no limits for what was found
--- (logit where no answer differs within a stratum, t without degrees of freedom), "clipped" where a limit of wald
--- was beyond 0 or 1. A domain is asked for by columns of the sample and those of the answers that are no questions; a
--- case without a value that is asked for is outside, which is said.
---
--- Methods: wilson_neff, korn_graubard, korn_graubard_z, logit_t, logit_z, wald_t, wald_z, wald_satterthwaite, yan_su,
--- yan_su_fpc, score, lrt, exact, exact_combined. With p the estimate, v its variance and n* = p (1-p) / v the size of a
--- simple random sample that says as much, wilson_neff is Wilson's with n*; korn_graubard Clopper and Pearson's with n* (t_{r-1}/t_df)^2, korn_graubard_z with
--- n*; logit and wald are p's log odds and p itself with their standard errors, by the normal quantile (z), Student's
--- with the design's degrees of freedom (t) or with Satterthwaite's, which follow from the strata's variances; lrt
--- is the likelihood ratio of n* cases by t; score supposes one share in all strata; yan_su adds up Wilson's limits of the
--- strata at a smaller quantile, yan_su_fpc with each stratum's n (N-1)/(N-n) for n. Finite populations are allowed for
--- in all but yan_su. Methods from the counts of strata (wald_satterthwaite, yan_su, score, exact) are refused
--- under clusters or weights of their own. `cap` is the rule of the US National Center for Health Statistics (Parker and
--- others 2017), for methods with n*; else n* may be more than the cases drawn, as a finite population makes it.
--- Sources: Cochran (1977), chapters 5 and 5A; Korn and Graubard (1998); Yan and Su (2010); Rao and Scott (1984).
---
--- exact and exact_combined hold with at least the confidence for every population, however small the strata
--- and with no case of yes too. exact inverts the estimated total over all splits of it among the strata
--- (Wendell and Schmee 1996), which is for few strata: beyond 10^9 steps it is refused with their number.
--- exact_combined combines p-values of the strata (Fisher), for any number of strata, and is wider. Where every
--- case drawn is relevant all eligible cases are taken to be. Where some are not, the number of relevant cases in
--- the population is unknown: the limits then allow for any, and are wider. They take the cases drawn as
--- simple random samples of sizes that nothing found could change, which replacing cases out of scope is not: then they
--- are refused. Unavailable cases are taken to be like the others.
---@param question string
---@param options? assay.ProportionOptions
---@return assay.Proportion
function Survey:proportion(question, options) end

--- Several questions: a frame with a row for each, and with `by` for each in each group: the columns of `by` first,
--- groups in the order of declared levels, else by value or bytes.
---@param questions string|string[]
---@param options? assay.ProportionsOptions
---@return assay.Frame
function Survey:proportions(questions, options) end
