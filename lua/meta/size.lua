---@meta

---@class assay.SampleSizeOptions
---@field population? integer  N, from 1 on; without end if not given, or math.huge
---@field confidence number  C, a share such as 0.80
---@field margin number  e, half the width of the interval, a share such as 0.05
---@field proportion? number  p, the share expected, 0 to 1; 0.5, the worst case, if not given
---@field method? "normal"  the interval whose half-width is the margin
---@field deff? number  design effect, above 0: the variance against simple random sampling; 1 if not given
---@field response_rate? number  the share of the cases drawn that will answer, above 0; 1 if not given
---@field rounding? "up"|"nearest"  up if not given; nearest: halves up, so that the margin may be missed

---@class assay.SampleSize
---@field n integer  cases to draw
---@field answers integer  cases that must answer: n before it was raised for those that will not
---@field raw number  `answers` before rounding
---@field first integer  the fewest answers that reach the margin
---@field stable integer  the fewest from which on every number of answers does; normal: the same
---@field margin number  what `answers` reach
---@field convention string  how it was reckoned, in words

--- How many cases a margin asks for. With z the normal quantile of (1 + C) / 2,
---   n0 = deff z^2 p (1 - p) / e^2,  raw = n0 / (1 + (n0 - 1) / N),
--- rounded, at least 1 and at most N; then divided by the response rate and rounded up. Returns n and how it
--- came about; print the latter. 254 cases, 0.80 and 0.05 give 100. p = 0 or 1 gives 1.
--- Errors: shares outside 0 to 1 (80? write 0.80), more than 2^53 cases.
--- Source: Cochran (1977), Sampling Techniques, 3rd ed., chapter 4.
---@param options assay.SampleSizeOptions
---@return integer n
---@return assay.SampleSize details
function assay.sample_size(options) end

---@class assay.MarginOptions
---@field n integer  cases that answered
---@field population? integer  N, at least n; without end if not given, or math.huge
---@field confidence number  C, a share such as 0.80
---@field proportion? number  p, 0 to 1; 0.5, the worst case, if not given
---@field method? "normal"

--- The margin that n cases reach: z sqrt(p (1 - p) / n * (N - n) / (N - 1)), z the normal quantile of
--- (1 + C) / 2. A share; 0 where n = N, math.huge where n = 0.
--- Source: Cochran (1977), chapter 4.
---@param options assay.MarginOptions
---@return number
function assay.margin(options) end

---@class assay.ConfidenceOptions
---@field n integer  cases that answered
---@field population? integer  N, at least n; without end if not given, or math.huge
---@field margin number  e, a share such as 0.05
---@field proportion? number  p, 0 to 1; 0.5, the worst case, if not given

--- The confidence at which n cases reach a margin: 2 Phi(e / s) - 1 with s = sqrt(p (1 - p) / n *
--- (N - n) / (N - 1)). A share; 1 where n = N, 0 where n = 0.
--- Source: Cochran (1977), chapter 4.
---@param options assay.ConfidenceOptions
---@return number
function assay.confidence(options) end

---@class assay.PopulationRangeOptions
---@field n integer  the size, at least 1
---@field confidence number  C, a share such as 0.80
---@field margin number  e, a share such as 0.05
---@field proportion? number  p, 0 to 1; 0.5 if not given
---@field rounding? "up"|"nearest"  up if not given

--- The populations for which `assay.sample_size` gives this size: lowest and highest, the latter math.huge
--- if there is no end to them. nil if there is none. A report that states its sample size, confidence and
--- margin says so how many cases were eligible: 24 cases at 0.80 and 0.05 were drawn from 27.
---@param options assay.PopulationRangeOptions
---@return integer|nil low
---@return number|nil high
function assay.population_range(options) end
