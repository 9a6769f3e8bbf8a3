---@meta

---@class assay.IntervalOptions
---@field confidence number  a share such as 0.80
---@field method? "wilson"|"wald"|"clopper_pearson"  wilson if not given; with a population it must be given
---@field population? integer  N, at least n; without end if not given, or math.huge
---@field side? "two"|"lower"|"upper"  two if not given

---@class assay.Interval
---@field estimate? number  x / n; absent where n = 0
---@field lower? number  absent where the status is undefined
---@field upper? number
---@field x integer
---@field n integer
---@field population? integer
---@field confidence number
---@field method string
---@field side string
---@field status? "no_data"|"undefined"|"edge_exact"|"clipped"  absent where there is nothing to say

--- Limits of the share of which x yes among n cases are a sample. With p = x/n and z the normal quantile of
--- the probability left in a tail, (1 - confidence) / 2 or, one-sided, all of 1 - confidence:
---   wilson           (p + z^2/2n -+ z sqrt(p (1-p) / n + z^2/4n^2)) / (1 + z^2/n)
---   wald             p -+ z sqrt(p (1-p) / n), brought back into 0..1 (clipped)
---   clopper_pearson  beta quantiles; covers with at least the confidence
--- With a population N, wald has the variance (1 - n/N) p (1-p) / (n-1), undefined for n = 1; the others take
--- n (N-1) / (N-n) for n. None is exact there, so that one must be named. n = N gives the point.
--- A one-sided interval has for its other limit what the counts allow: 1 or 0, with a population
--- (N - (n-x)) / N or x / N. n = 0 gives no estimate and the limits 0 and 1 (no_data).
--- Errors: x above n, n above the population, counts that are not whole, a share outside 0 to 1.
--- Sources: Wilson (1927); Clopper and Pearson (1934); Brown, Cai and DasGupta (2001).
---@param x integer
---@param n integer
---@param options assay.IntervalOptions
---@return assay.Interval
function assay.interval(x, n, options) end
