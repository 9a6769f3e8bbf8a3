---@meta

---@class assay.Survey
local Survey = {}

---@class assay.StatisticOptions
---@field where? table|fun(row: table): any  the domain, as Frame:where takes it
---@field by? string|string[]  columns, of whose values each that occurs makes a domain, a missing one too (NA)
---@field confidence? number  the survey's if not given
---@field method? "t"|"z"|"percentile"  t if not given; percentile is for rao_wu replicates

---@class assay.QuantileOptions: assay.StatisticOptions
---@field where? table|fun(row: table): any
---@field by? string|string[]
---@field confidence? number
---@field method? string  a method of Survey:proportion; with replicates "t"|"z"|"percentile"
---@field p? number|number[]  shares between 0 and 1; 0.5 if not given

---@class assay.Statistic
---@field statistic string  "mean", "total", "ratio" or "quantile"
---@field column string
---@field denominator? string  of a ratio
---@field p? number  of a quantile
---@field estimate? number
---@field se? number
---@field df? number  of the design in the domain: cases, or clusters, that have a value, less their strata
---@field lower? number
---@field upper? number
---@field half_width? number
---@field deff? number  the variance over that of as many cases drawn at random; of a quantile that of the proportion
---@field n integer  cases drawn that are in the domain
---@field missing integer  of these, without a value: they are outside
---@field confidence number
---@field method string
---@field variance string  "linearised", "woodruff" (of a quantile), "rao_wu" or "jackknife"
---@field replicates? integer  how many
---@field status? string  "no_data" or "undefined"; "model_based" where the survey is and there is no other
---@field flags string[]  what must be said beside the numbers

--- The mean of a column of numbers, which the sample or the answers have: sum w y / sum w over the cases of the domain
--- that have a value. All others stay in the variance with 0, which is that of the total of the estimate's linearised
--- variable. Limits are estimate -+ t se, t Student's with the design's degrees of freedom, or the normal quantile (z).
--- They are undefined where the degrees of freedom are 0. With `by` a frame with a row for each group.
--- Sources: Cochran (1977), chapters 5 to 6; Binder (1983).
---@param column string
---@param options? assay.StatisticOptions
---@return assay.Statistic|assay.Frame
function Survey:mean(column, options) end

--- The total of a column of numbers, sum w y; of a question the number of cases of the population that would be yes, no
--- and not applicable counting 0. Cases without a value, or without an answer, are lacking in it, which is said.
---@param column string
---@param options? assay.StatisticOptions
---@return assay.Statistic|assay.Frame
function Survey:total(column, options) end

--- The ratio of two totals, sum w y / sum w x, over cases that have both. An error where sum w x is 0.
---@param column string
---@param denominator string
---@param options? assay.StatisticOptions
---@return assay.Statistic|assay.Frame
function Survey:ratio(column, denominator, options) end

--- The p quantile: the least value up to which cases have p of all weights; the median if p is not given. With several
--- p, or with `by`, a frame.
---
--- Limits are Woodruff's: the quantiles at the limits of the proportion of cases up to the estimate, by any method of
--- Survey:proportion and its rule; there is none, and the status "undefined", where a limit is 0 or 1. se is their
--- half-width over the t quantile. Where the survey has rao_wu replicates se is that of the replicates, and limits are by
--- t, z or percentile; a jackknife is refused, as it gives no variance of a quantile, and so are weights below 0.
--- Sources: Woodruff (1952), JASA 47, 635-646, centred at the estimate as R's survey does; Shao and Wu (1989).
---@param column string
---@param options? assay.QuantileOptions
---@return assay.Statistic|assay.Frame
function Survey:quantile(column, options) end
