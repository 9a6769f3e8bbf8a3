---@meta

---@class assay.Survey
---@field weighting? assay.Weighting  what the weights are like; of a weighted survey
---@field margins? assay.Frame  variable, level, target, achieved, difference: what weights were last made to meet
---@field classes? assay.Frame  of a survey weighted for non-response: the columns, cases, responded and factor
local Survey = {}

---@class assay.Weighting
---@field method string  the steps in their order
---@field cases integer  that have a weight and are of the population
---@field zero integer  of the population and without one, as they did not respond
---@field negative integer  that have a weight below 0, which linear may give
---@field sum? number
---@field min? number
---@field median? number
---@field max? number
---@field ratio? number  max / min
---@field deff? number  Kish's design effect of unequal weights, n sum w^2 / (sum w)^2
---@field flags string[]  what must be said beside the numbers

--- How many cases of the population have each level: { F = 700, M = 3029 }, where columns are crossed
--- { ["F / Low"] = 120, ... }; or a frame with these columns and one of `total`, `population` or `cases`, such as
--- f:count "gender" gives. With `population` these are shares that come to 1 (of a frame, its column `share`).
---@alias assay.Margin table<string|number, number>|assay.Frame

---@class assay.PoststratifyOptions
---@field by string|string[]  columns of the sample or the answers
---@field totals assay.Margin  of all combinations that cases have
---@field population? integer  totals are shares of so many cases

--- A new survey, whose weights make every combination of levels come to its total: w = d T / (sum of d in it), d the
--- weights so far. Its estimates of every kind use the new weights, and their errors are those of residuals from the
--- means of the post-strata. This and what follows leave the old survey as it is; they may follow each other, and errors
--- then go through each. Cases out of scope keep their weights.
---
--- An error names what the totals do not know, with its cases: cases without a value, a level that has no total, a
--- total of a level that no case has (join it to another), totals of two columns that come to different sums. A total
--- below the cases of the sample is flagged.
--- Source: Holt and Smith (1979), JRSS A 142, 33-46.
---@param options assay.PoststratifyOptions
---@return assay.Survey
function Survey:poststratify(options) end

---@class assay.RakeOptions
---@field population? integer  margins are shares of so many cases

--- The same for margins whose combinations are not known: survey:rake { gender = { F = 700, M = 3029 }, rosh = {...} },
--- each named for its column, or for columns crossed: ["gender / rosh"]. w = d exp(x' lambda): the weights that
--- iterative proportional fitting comes to, found by Newton's method to 1e-10 of every total. Where there are none the
--- error names the margin without which the others can be met.
--- Source: Deville and Särndal (1992), JASA 87, 376-382; Deville, Särndal and Sautory (1993), JASA 88, 1013-1020.
---@param margins table<string, assay.Margin>
---@param options? assay.RakeOptions
---@return assay.Survey
function Survey:rake(margins, options) end

---@class assay.CalibrateOptions
---@field method? "linear"|"raking"|"logit"  linear if not given: generalised regression, whose weights may be below 0: flagged
---@field bounds? number[]  of logit: how small and how large w / d may be, such as { 0.5, 2 }
---@field totals table<string, assay.Margin|number>  margins, and totals of columns of numbers: { gender = {...}, age = 9154 }
---@field cases? integer  how many cases there are in the population, where no margin says so

--- The same for any totals, with weights w = d F(x' lambda): F = 1 + u, exp(u), or between bounds. Errors are those of
--- residuals from the regression on all x under the weights before. Totals that say what others say already are noted.
--- Source: Deville and Särndal (1992).
---@param options assay.CalibrateOptions
---@return assay.Survey
function Survey:calibrate(options) end

---@class assay.NonresponseOptions
---@field by? string|string[]  columns that make classes of cases alike, known of all; one class if not given
---@field responded? table<string, any>|fun(row: table): boolean  who did, as Frame:where takes it; or who answered any question

--- A new survey in which those who responded stand for their class: w = d (sum of d in the class) / (sum of d of those
--- who responded), and 0 for the others. Errors take response as a second phase of sampling within classes.
--- survey.classes has cases, responded and factor of each.
--- Source: Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, 15.6.
---@param options? assay.NonresponseOptions
---@return assay.Survey
function Survey:nonresponse(options) end

---@class assay.TrimOptions
---@field lower? number  no weight is below
---@field upper? number  no weight is above
---@field unit? "weight"|"median"|"mean"  bounds are weights, or multiples of the median or the mean one

--- A new survey with weights min(max(c w, lower), upper), c such that their sum stays: what is cut off is spread over
--- the others in proportion to their weights. Margins that were met before are then said to be off, by how much:
--- calibrate with bounds meets them with weights that are bounded. Errors take the factors as given.
--- Source: Potter (1990), Proceedings of the Survey Research Methods Section, ASA, 225-230.
---@param options assay.TrimOptions
---@return assay.Survey
function Survey:trim(options) end

--- A frame of the id and `weight`, a row for each case drawn, to be written or joined.
---@return assay.Frame
function Survey:weights() end
