---@meta

---@class assay.SurveyOptions
---@field answers assay.Frame  a row for each case, a column for each question
---@field sample? assay.Sample  the sample that the answers were given for; or what follows:
---@field strata? string|string[]  columns of the answers; all cases are one stratum if not given
---@field population? number|table<string, number>|assay.Frame  see below
---@field weight? string  column of the cases' weights; by the populations if not given
---@field cluster? string  column of what was drawn in place of cases
---@field cluster_population? string  column of the cases that each cluster has, if those in the answers are a sample of them
---@field id? string  column that names the cases, which then must be unique; the frame's if it has one
---@field questions? string|string[]  columns that hold answers; by the framework or the rule below if not given
---@field framework? assay.Framework  says which columns are questions and what the answers are
---@field values? { yes: string, no: string, not_applicable?: string }  instead of the framework's
---@field lonely? "fail"|"certainty"|"adjust"|"average"|"collapse"  see below
---@field neighbours? table<string, string>  for "collapse": which stratum is put together with which, by label
---@field confidence? number  of limits; the plan's if not given

--- The answers with the design under which they were collected, joined by id. An answer has four states: yes,
--- no, not applicable, unanswered (a blank, or no row for the case); any other value is an error with its
--- file and row, and so is an answer for a case that was not selected, or that was lost since (Sample:replace).
--- Which columns are questions is said by `questions`, or the framework; else all are but the id, those of the design,
--- and columns of numbers or dates unless a value is written like one. Without values no column is.
---
--- Of a sample, estimates take the cases of each stratum as a simple random sample of as many as were drawn. That is
--- what every method gives whose probabilities are equal within strata, a random size (bernoulli, poisson) being taken
--- as it came. In an order (systematic, pps_systematic, chromy) it is nearly so, usually with limits that are too wide:
--- this is flagged. Where units were drawn and then cases of them (stages), or with unequal probabilities (size_measure,
--- or units by their size), cases have the weights of the sample. Under unequal probabilities variances are the
--- approximation of Hájek and Deville, for samples of a fixed size with no order, and numbers are flagged; with few cases
--- and very unequal weights they come out somewhat too small.
---
--- Without a sample the answers are one: a simple random sample of each stratum, or of the clusters of each, all cases
--- of a cluster being in one stratum. Labels of strata are the values of their columns joined by " / ". `population`
--- counts cases, with `cluster` the clusters; a frame has the strata's columns and a column `population`. If such a frame
--- has the column of the clusters too, it is the list of all clusters of the population, and its `population` counts the
--- cases of each. Weights follow from these, or are those of a column; without either all cases count the same.
--- With clusters and `cluster_population`, or such a list, the cases of a cluster are a simple random sample of it, and
--- variances are those of two stages; else what was done within clusters is not known, and variances are those between
--- clusters. Without populations nothing is corrected for how much of them was sampled.
---
--- lonely is what the variance of a stratum is of which one case, or cluster, of several was drawn, and of a cluster of
--- which one case was: "fail" (an error where a variance is asked for), "certainty" (0), "adjust" (the deviation from
--- the mean of all), "average" (the mean of the others), "collapse" (put together with the neighbour, before variances
--- are taken: as `neighbours` says, else the next stratum in order that was not wholly sampled, the last before it if
--- none follows; clusters likewise within their stratum).
--- Sources: Cochran (1977), chapters 5, 5A, 10 and 11; Deville (1999), Survey Methodology 25, 193-203.
---@param options assay.SurveyOptions
---@return assay.Survey
function assay.survey(options) end

---@class assay.Survey
---@field sample? assay.Sample
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
---@field confidence? number  the survey's if not given
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
--- "no_data" where no case of the domain is relevant, or none with a weight, "undefined" where a method has no limits
--- for what was found (logit where no answer differs within a stratum, t without degrees of freedom, any where weights
--- below 0 bring the estimate outside 0 to 1), "clipped" where a limit of wald
--- was beyond 0 or 1. A domain is asked for by columns of the sample and those of the answers that are no questions; a
--- case without a value that is asked for is outside, which is said.
---
--- Methods: wilson_neff, korn_graubard, korn_graubard_z, logit_t, logit_z, wald_t, wald_z, wald_satterthwaite, yan_su,
--- yan_su_fpc, score, lrt, exact, exact_combined. With p the estimate, v its variance and n* = p (1-p) / v the size of a
--- simple random sample that says as much, wilson_neff is Wilson's with n*; korn_graubard Clopper and Pearson's with
--- n* (t_{r-1}/t_df)^2, korn_graubard_z with n*; logit and wald are p's log odds and p itself with their standard
--- errors, by the normal quantile (z), Student's with the design's degrees of freedom (t) or with Satterthwaite's, which
--- follow from the strata's variances; lrt
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

---@class assay.SurveyDifferenceOptions
---@field by? string|string[]  columns whose groups are compared, each with each
---@field with? assay.Survey  another survey, whose question of the same name is compared
---@field where? table|function  as Frame:where has it: the cases that count
---@field confidence? number  the plan's if not given
---@field method? "newcombe"|"wald_t"|"wald_z"  newcombe if not given
---@field limits? string  the method of each share's own limits, as Survey:proportion has it
---@field adjust? "holm"|"benjamini_hochberg"|"bonferroni"  of the p-values of a table; holm if not given

---@class assay.ComparedShare
---@field x integer
---@field relevant integer
---@field unanswered integer
---@field share? number
---@field estimate? number
---@field method string

---@class assay.SurveyDifference
---@field question string
---@field difference? number  the first less the second
---@field se? number
---@field df? number
---@field lower? number
---@field upper? number
---@field p_value? number
---@field correlation? number
---@field common integer  cases in both samples
---@field first assay.ComparedShare
---@field second assay.ComparedShare
---@field confidence number
---@field method string
---@field status? "no_data"|"undefined"|"clipped"

--- Differences between the estimated shares of parts of the population: by groups of columns (a frame with a row for
--- each two of them), or with another survey. With variances v and the correlation rho of the two estimates, which
--- comes from the cases that they have in common or the strata that they share:
---   newcombe  d - sqrt(a^2 + b^2 - 2 rho a b) to d + ..., from each share's own limits (a = p1 - l1, b = u2 - p2)
---   wald_t    d -+ t se, se = sqrt(v1 + v2 - 2 rho sqrt(v1 v2)); wald_z the same with the normal quantile
--- With replicates (Survey:replicates) v and rho are theirs. p_value is two-sided, of d / se. p_adjusted holds for all
--- rows of the table together. Two samples of one list with the same strata: the cases in both are found by their
--- ids, and the covariance is the sum over strata of N^2 (m / (n1 n2) - 1/N) S12. Samples of different lists are
--- independent.
--- Sources: Newcombe (1998); Zou and Donner (2008); Cochran (1977), 12.10; Holm (1979).
---@param question string
---@param options assay.SurveyDifferenceOptions
---@return assay.Frame|assay.SurveyDifference
function Survey:difference(question, options) end

---@class assay.IndependenceOptions
---@field by string|string[]  the columns that make groups
---@field where? table|function

---@class assay.Association
---@field question string
---@field by string[]
---@field statistic? number  F of the second order
---@field df1? number
---@field df2? number
---@field p_value? number
---@field chi_squared? number  of the first order
---@field chi_squared_df? number
---@field chi_squared_p_value? number
---@field pearson? number  X^2 of the weighted shares
---@field mean_deff? number
---@field n integer  relevant cases
---@field groups integer  that have any
---@field status? "undefined"

--- Whether the answers to a question are independent of groups: the chi-squared test of the weighted table with the
--- corrections of Rao and Scott for the design. Second order: F = X^2 / tr D on d and d * df degrees of freedom,
--- d = tr(D)^2 / tr(D^2), D the design effects of the contrasts, df those of the design among the n cases; first order:
--- X^2 over their mean. Where there is only one group or one answer, or too many cells are empty, there is no test
--- (undefined). It is made of the variances of the design: a survey with replicates is refused.
--- Source: Rao and Scott (1984); as svychisq of R's survey.
---@param question string
---@param options assay.IndependenceOptions
---@return assay.Association
function Survey:independence(question, options) end
