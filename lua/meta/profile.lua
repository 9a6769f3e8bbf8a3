---@meta

---@class assay.Frame
local Frame = {}

---@class assay.ProfileOptions
---@field columns? string|string[]  all category columns if not given, but for the id and private ones
---@field by? string|string[]  columns that make the groups
---@field confidence? number  a share such as 0.80, for a sample; a whole caseload has no limits
---@field population? integer|table<string, integer>  cases the sample is of; with `by` a table by group

--- Each column by itself, in each group: [by], variable, level, cases, share (of the rows where it is known),
--- missing (rows where it is not). A group's label is its levels joined by " / ". Levels that were declared are
--- listed even where no case has them, and every group has the same levels. With a confidence there are lower
--- and upper: Wilson's limits, and with a population his for a sample of it without replacement; where values are
--- missing, the population is taken to lack as large a part.
---@param options? assay.ProfileOptions
---@return assay.Frame
function Frame:profile(options) end

---@class assay.CompareOptions
---@field columns? string|string[]  all category columns of both if not given, but for ids and private ones
---@field by? string|string[]  columns that make the groups
---@field names? string[]  two, for the columns of the result; { "this", "other" } if not given

--- Two caseloads side by side: [by], variable, level, cases_2018, share_2018, cases_2019, share_2019, difference
--- (the second share minus the first) and std_difference, under names = { "2018", "2019" }. A missing value is a
--- level of its own, last, and shares are of all rows of the group. std_difference is the difference divided by
--- sqrt((a(1-a) + b(1-b)) / 2), a and b the shares: neither is the standard of the other (Austin 2009); it is
--- missing where one share is 0 and the other 1. More than 0.1 either way is worth a look.
---@param other assay.Frame
---@param options? assay.CompareOptions
---@return assay.Frame
function Frame:compare(other, options) end

---@class assay.TrendOptions
---@field yes table  the conditions that a case is counted under, as where takes them
---@field by? string|string[]  columns that make the groups

--- Shares from period to period: [by], the period, cases, yes and share, and a second frame with the test for a
--- trend: [by], periods, cases, yes, slope, z, p_value (Cochran and Armitage; two-sided). The scores of the test are
--- the values of whole numbers and numbers, the days of dates, and 1, 2, 3 ... for the levels of a category, which
--- stand in their order; slope is the change of the share for one unit of these. Rows without a period, or without
--- a value in a column that `yes` compares, are left out and counted.
---@param column string  the period, such as a month or a year
---@param options assay.TrendOptions
---@return assay.Frame shares
---@return assay.Frame tests
function Frame:trend(column, options) end

---@class assay.Sample
local Sample = {}

---@class assay.RepresentativityOptions
---@field seed? string  for p-values by simulation; the sample's own if not given
---@field replicates? integer  how many samples are simulated; 9999 if not given

--- Whether the sample looks like the list it was drawn from. Two frames. The first has a row for each column, and
--- one for their cross if there are several: variable, cells, chi_squared (with the correction for a finite
--- population), df, p_value, method ("chi_squared", or "simulation" of draws without replacement where fewer than 5
--- cases are expected in a cell), r_indicator (1 is just like the list; without the bias of sampling), largest_gap
--- (between a cell and its share of the sample, in cases), match ("exact", "rounding" where no gap reaches one case,
--- or "no") and largest_difference. The second has a row for each level: variable, level, population, sample,
--- expected, std_difference (in standard deviations of the list), z and flag ("yes" where that is more than
--- 0.1, else "no"). The measures take the sample as drawn at random from the whole list; strata make it more alike,
--- never less. A sample under a size_measure is not meant to look like its list, and is refused.
---@param columns string|string[]
---@param options? assay.RepresentativityOptions
---@return assay.Frame tests
---@return assay.Frame levels
function Sample:representativity(columns, options) end
