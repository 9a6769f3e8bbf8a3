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
---@field method? "wilson_neff"|"korn_graubard"|"exact"|"exact_combined"  by the rule below if not given

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
---@field df? number
---@field lower? number
---@field upper? number
---@field half_width? number
---@field deff? number
---@field n_effective? number
---@field lowest_share? number  if all unanswered and lost were no
---@field highest_share? number  if all unanswered and lost were yes
---@field confidence number
---@field method string
---@field status? string  of the limits; "model_based" where the survey is and there is no other
---@field flags string[]  what must be said beside the numbers

--- One question. The estimate is sum N_h x_h/n_h / sum N_h r_h/n_h over strata h with population N_h, n_h cases
--- drawn (without the unavailable; where cases out of scope were replaced, with the weights of Sample:replace), r_h
--- of them relevant and x_h yes; cases that are not relevant stay in the variance. Limits belong to the estimate:
--- wilson_neff, but korn_graubard where df < 20, a stratum has fewer than 5 cases, or x is 0 or all.
--- Sources: Cochran (1977), chapters 5 and 5A; Korn and Graubard (1998).
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

--- Several questions: a frame with a row for each.
---@param questions string|string[]
---@param options? assay.ProportionOptions
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
--- p_value is two-sided, of d / se. p_adjusted holds for all rows of the table together. Two samples of one list with
--- the same strata: the cases in both are found by their ids, and the covariance is the sum over strata of
--- N^2 (m / (n1 n2) - 1/N) S12. Samples of different lists are independent.
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
--- d = tr(D)^2 / tr(D^2), D the design effects of the contrasts; first order: X^2 over their mean. Where a cell of
--- the table is empty, or there is only one group or one answer, there is no test (undefined).
--- Source: Rao and Scott (1984); as svychisq of R's survey.
---@param question string
---@param options assay.IndependenceOptions
---@return assay.Association
function Survey:independence(question, options) end
