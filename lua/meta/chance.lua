---@meta
-- How often a sample rates a service as it is: a method of scales.

---@class assay.ChanceOptions
---@field percents number|number[]  the true per cent of yes of each key question, 0 to 100, whole or not
---@field size integer|integer[]  cases in the sample
---@field population? integer  N; without end if not given, or math.huge

---@type assay.Scale
local Scale

--- How often a sample of `size` cases gives a service the rating that all of its cases would give it: for planning. In a
--- population each per cent is of the nearest number of its cases; every case is relevant to every question. Of one
--- question it is exact, hypergeometric or binomial; of the lowest of several it depends on how the answers of a case hang
--- together, and both ends that are usual are given, exactly and without simulation: `right` where no answer tells of
--- another, `right_together` where they are as alike as they can be.
--- The result is a frame with a row for each size: size, right, too_low, too_high, right_together, too_low_together,
--- too_high_together. `f.rating` is the rating by all cases. The lowest of several percentages is too low more often than
--- one is.
--- Errors: no per cent, one outside 0 to 100, a share in place of it; a size of 0, or above the population.
---@param options assay.ChanceOptions
---@return assay.Frame
function Scale:chance(options) end
