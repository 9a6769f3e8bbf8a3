---@meta

---@class assay.PlanOptions
---@field frame assay.Frame  the eligible cases
---@field id? string  the column that names a case; the frame's own if not given
---@field strata? string|string[]  columns whose combinations of levels are sampled separately
---@field size? integer  cases to draw; or give confidence and margin
---@field confidence? number  a share such as 0.80
---@field margin? number  half the width of the interval, a share such as 0.05
---@field proportion? number  the share expected; 0.5, the worst case, if not given
---@field allocation? "proportional"|table<string, integer>  sizes in proportion to the strata, or by label
---@field minimum? integer|table<string, integer>  least cases of a stratum; 2 if not given (1 case has no variance)
---@field maximum? integer|table<string, integer>  most cases of a stratum
---@field reserve? number  further cases for each stratum, as a share of its sample: 0.20

--- How many cases from where. Sizes are proportional to the strata, rounded by largest remainder, within
--- minimum and maximum; they add up to the size exactly. A stratum's label is its levels joined by " / ";
--- strata stand in byte order of their labels. Whatever small strata made impossible is said in
--- `plan.shortfall` and heads the printed plan. Ids must be there and differ.
---@param options assay.PlanOptions
---@return assay.Plan
function assay.plan(options) end

---@class assay.Plan
---@field size integer  cases to draw
---@field strata assay.Frame  stratum, the strata columns, population, sample, reserve, probability
---@field shortfall string[]  what could not be had as asked, in words and numbers
---@field confidence? number
---@field margin? number
---@field reserve number
---@field allocation string
---@field fingerprint string  of the list of cases: the sum of the first 52 bits of their tickets under the seed "frame"
local Plan = {}

---@class assay.DrawOptions
---@field seed string  1 to 64 of the characters A-Z a-z 0-9 . _ -
---@field method? "srs"  simple random sampling without replacement in each stratum

--- Draws the sample. Contract prn-1: a case's ticket is the SHA-256 of "prn-1|SEED|ID" in hexadecimal digits;
--- a stratum's sample is its smallest tickets, its reserves are the next ones. The order of the rows, the
--- machine and the program do not matter, and a shell checks one case:
---   printf 'prn-1|%s|%s' "$seed" "$id" | sha256sum
---@param options assay.DrawOptions
---@return assay.Sample
function Plan:draw(options) end
