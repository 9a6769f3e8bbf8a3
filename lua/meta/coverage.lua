---@meta

---@class assay.CoverageOptions
---@field n integer  cases that answered, at most 100,000
---@field population? integer  N, at least n, at most 2^31 - 1; without end if not given, or math.huge
---@field confidence number  a share such as 0.80
---@field method? string  of those of `assay.interval`; wilson if not given, with a population hyper_tail
---@field prior? number[]  of bayes: { a, b } of a beta distribution, { 0.5, 0.5 } if not given
---@field proportions? { min?: number, max?: number }  the shares that can be, both ends among them; all if not given

---@class assay.Coverage
---@field minimum number  the least coverage
---@field at number  the share where it is, the first of several
---@field at_count? integer  with a population: that share as cases
---@field mean number  over every share alike
---@field mean_width? number  of upper - lower; absent where no count has limits
---@field max_half_width? number
---@field undefined integer  the counts x that have no limits, which cover nothing
---@field n integer
---@field population? integer
---@field confidence number
---@field method string
---@field prior? number[]
---@field proportions? { min: number, max: number }

--- How often the two-sided limits of a method hold the truth: at a share p, the probability of the counts x of n
--- whose limits have p between them. With a population p is M/N, M = 0, 1 .. N, and x is hypergeometric; else it is
--- any share between 0 and 1, and x is binomial. To choose a method before the data come.
---   minimum  of a guaranteed method it is at least the confidence; without a population it is what the coverage
---            tends to as p nears `at`, where the limits of some count end
---   mean     over all shares alike, M uniform on 0 .. N or p on 0 .. 1, under which every x is as likely as another;
---            so is mean_width
--- With `proportions` both are of those shares alone. Exact, with no grid of shares: the minimum stands at a limit, or
--- where several runs of counts turn; the mean is a sum of beta, or hypergeometric, probabilities.
--- With 24 of 28 cases at 0.80, wilson covers 70.5% at least and 83.1% on average, hyper_tail 88.7% and 95.5%.
--- Errors: n above the population, a method that is not for such a population, more cases than it is for.
--- Source: Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133, on such comparisons.
---@param options assay.CoverageOptions
---@return assay.Coverage
function assay.coverage(options) end
