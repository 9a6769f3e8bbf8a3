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

--- One figure that a document prints. Claims are a list of these, or a Frame or a file with these columns (`id` and
--- `says` at least; a cell that is empty is not given; any other column is refused).
---
--- `says` is the figure as printed, and nothing but the figure:
---   "61%", "61.0 per cent", "ninety per cent"     a per cent, with the decimals that it has
---   "27 of 74", "18 of the 51", "27 out of 74"    a count and its base, exactly
---   "27 (36%) of 74", "36% of 74"                 a count and a per cent of a base, or a per cent of it
---   "3,729", "nine", "51"                         a number
---   "more than 3,600", "nearly 6,000"             a number with words of quantity before it
---   "almost two-thirds", "nine in ten", "just over half", "over 80 per cent", "all"   words that stand for a share
--- "In" or "only" before it and "cases", "of the relevant cases" and the like behind it may stay.
---
--- What the other fields make of it:
---   of        the base that is stated: the figure is of so many cases, neither more nor fewer
---   at_most   the base is not stated, but there were no more cases than these; not beside `of`
---   base      a name: all claims with this name are of the same base, whichever it is. Where one of them has `of`,
---             that is the base of all; the least `at_most` among them holds for all
---   value     the true figure where it is known: a share ("0.365", "36.5%", "27 of 74"), or a count, which is one of
---             `of` cases where the figure is a share, and the number itself where it is a number
---   source    where it is printed; shown beside a claim that cannot hold
---
--- A word of a share without `of`, `at_most`, `base` and `value`, and a bare number without `value`, have nothing
--- that they could contradict but themselves.
---@class assay.Claim
---@field id string|integer  its name: no two claims have the same
---@field says string  the figure as printed
---@field of? integer  the base that is stated
---@field at_most? integer  the most cases that an unstated base can have
---@field base? string  names an unstated base that several claims share
---@field value? number|string  the known true figure
---@field source? string  where it is printed
