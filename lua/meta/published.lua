---@meta

--- What printed percentages can stand for.
---@class assay.published
assay.published = {}

---@class assay.DenominatorsOptions
---@field max integer  the most cases that there can be
---@field min? integer  the fewest; 1 if not given
---@field decimals? integer  how many the per cents are printed with, 0 to 6; 0 if not given
---@field rounding? "half_up"|"half_even"|"half_down"|"floor"|"ceil"|"any_half"  half_up if not given

---@class assay.Denominator
---@field n integer
---@field counts (integer|integer[])[]  by per cent: the count, or the list of them where several fit

--- The numbers of cases of which all these per cents can be, given that they are of the same n, ascending;
--- print them as a table. n fits where for each per cent some whole count x of n rounds to it; this is
--- decided in integers. Above about 100 cases everything fits whole per cents, so a large `max` says little.
--- `{ 61, 83, 74, 70 }` up to 24 can only be 14, 19, 17 and 16 of 23. Per cents, not shares: a number
--- strictly between 0 and 1 is refused unless decimals is above 0. An empty list means that nothing fits.
--- Source: Brown and Heathers (2017), The GRIM test, for percentages and with the rounding stated.
---@param percents number[]
---@param options assay.DenominatorsOptions
---@return assay.Denominator[]
function assay.published.denominators(percents, options) end

---@class assay.ConsistentOptions
---@field decimals? integer  how many the per cent is printed with, 0 to 6; 0 if not given
---@field rounding? "half_up"|"half_even"|"half_down"|"floor"|"ceil"|"any_half"  half_up if not given

--- Whether a printed per cent can be of n cases: false, or true and the counts that are printed so.
--- 61 is no share of 24; of 23 it is 14. A number above 100 is of no n.
---@param percent number
---@param n integer
---@param options? assay.ConsistentOptions
---@return boolean
---@return integer[]|nil counts
function assay.published.consistent(percent, n, options) end
