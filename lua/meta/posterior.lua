---@meta
-- Which ratings a population may have, after a sample of it: methods of scales and of frameworks.

---@class assay.ProbabilityCountsOptions
---@field prior? number[]  { a, b } of a beta distribution, both above 0; { 0.5, 0.5 } if not given

---@class assay.ProbabilityOptions
---@field seed string  of the replicates
---@field replicates? integer  10,000 if not given, and at the least; 1,000,000 at the most
---@field unanswered? "as_answered"|"yes"|"no"  what blanks are taken for: as_answered if not given; yes and no are the bounds

---@class assay.Probability  a field for each band of the scale, its probability, such as p["Good"], and:
---@field x? integer  of counts
---@field relevant? integer
---@field population? integer
---@field prior? number[]
---@field questions? assay.Frame  of a standard: question, x, relevant, unanswered, mean of the share, a column for each band
---@field at_least? assay.Frame  of a standard: at_least, probability, and what it must lie between: least, most
---@field lowest? number  the mean of the lowest share
---@field shift? number  what the least mean of a question has on it: what the lowest of several loses by chance
---@field seed? string
---@field replicates? integer
---@field notes? string[]  what must be said beside it, in words
---@field assumed? string[]  of counts: ids of the scale's unverified rules

---@type assay.Scale
local Scale

--- How probable each rating is for the population, given a sample of it: a posterior probability under the prior that
--- is named, of what the percentages of all cases are. It is no confidence; it knows nothing of answers judged wrongly,
--- nor of discretion.
---   scale:probability({ x = 65, relevant = 100, population = 252 }, { prior = { 1, 1 } })
--- of one question by its counts, exact: the yes of the population are x + BetaBinomial(N - n, a + x, b + n - x), and
--- without a population the share is Beta(a + x, b + n - x). A result of survey:proportion can be given for the counts.
---   scale:probability(survey, { "2.1.1", "2.1.2" }, { seed = "..." })
--- of a standard, the lowest band of questions that depend on each other, by the Polya posterior: in each replicate the
--- cases of a stratum that were not sampled are copies of sampled ones, each drawn from those and the copies so far, with
--- all their answers; from that population come all percentages, their bands, and the lowest. Cases not applicable and
--- out of scope are copied as such; blanks are left out of their question, unless `unanswered` says yes or no. Where all relevant
--- cases of a question agree, half a case of yes and half of no are added to it. `survey` may be a list of surveys.
--- `at_least` has Frechet's bounds, which hold however questions depend on each other: from the sum of P(question) less
--- their number less 1, to the least of them.
--- Errors: samples drawn in stages or in proportion to a size; answers in clusters, with weights of their own or made
--- after the answers came, or of a population without end; a question in none of the surveys, in two, or twice; no
--- relevant case; above 10,000,000 cases.
--- Sources: Ericson (1969), JRSS B 31, 195-233; Ghosh and Meeden (1997), Bayesian Methods for Finite Population Sampling.
---@param survey assay.Survey|assay.Survey[]|{ x: integer, relevant: integer, population?: integer }|assay.Proportion
---@param questions? string|string[]|assay.ProbabilityCountsOptions
---@param options? assay.ProbabilityOptions
---@return assay.Probability
function Scale:probability(survey, questions, options) end

---@class assay.RatingProbabilityOptions
---@field seed string
---@field replicates? integer  10,000 if not given, and at the least
---@field unanswered? "as_answered"|"yes"|"no"  what blanks are taken for: as_answered if not given; yes and no are the bounds
---@field judged? table<string, string>  the ratings of judged standards, by id: taken as certain
---@field not_rated? table<string, string>  standards not rated in this inspection, with the reason: left out of the whole
---@field rounding? "half_up"|"none"  of shares before their band is looked up, instead of the scale's own

---@class assay.RatingProbability
---@field standards assay.Frame  standard, name, lowest, shift, a column for each band, note
---@field overall? assay.Probability  a field for each band; absent where a standard that counts has no rating
---@field missing string[]  the standards that count and have none
---@field questions assay.Frame  as of scale:probability
---@field seed string
---@field replicates integer
---@field notes string[]

---@type assay.Framework
local Framework

--- The same for all standards of a framework and for the whole: each question is taken from the survey that has it,
--- surveys are independent, all standards come from the same replicates, and their points are added in each. Judged
--- standards stay as they are given. A standard of which a question was not asked, or without a relevant case, is not
--- rated, and then the whole is not; standards in `not_rated` are left out of it, as in the annex.
---@param surveys assay.Survey|assay.Survey[]
---@param options assay.RatingProbabilityOptions
---@return assay.RatingProbability
function Framework:probability(surveys, options) end
