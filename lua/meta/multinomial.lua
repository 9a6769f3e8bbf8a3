---@meta

---@class assay.MultinomialOptions
---@field confidence number  C, a share such as 0.80: of all intervals at once
---@field method? string  goodman if not given, with a population hyper_tail_bonferroni; the others are below
---@field population? integer  N, at least the sum of the counts; without end if not given, or math.huge

---@class assay.MultinomialCell
---@field x integer  cases of this category
---@field estimate? number  x / n; absent where n = 0
---@field lower? number  absent where the status is undefined
---@field upper? number
---@field lower_count? integer  hyper_tail_bonferroni: the limits as cases of the population
---@field upper_count? integer
---@field status? "no_data"|"undefined"|"clipped"  absent where there is nothing to say

---@class assay.Multinomial: assay.MultinomialCell[]
---@field n integer  all cases
---@field population? integer
---@field confidence number
---@field method string

--- Limits of the shares of k categories, such as the answers to one question, which hold all at once: the
--- probability that any of them misses is meant to be 1 - C. With p = x/n:
---   goodman                     Wilson's limits (see `assay.interval`) at the normal quantile of (1 - C) / 2k
---   quesenberry_hurst           the same, with the chi-squared quantile of C, k - 1 df, for z^2
---   clopper_pearson_bonferroni  Clopper and Pearson's with (1 - C) / 2k in each tail; it is sure to hold
---   sison_glaz                  p - c/n to p + (c + 2d)/n, the same width for all: the shortest for many
---                               categories, but for 25 cases and 5 in each category, or more
--- With a population N, hyper_tail_bonferroni takes the exact limits of the number of cases in it, with
--- (1 - C) / 2k in each tail, and is sure to hold; goodman, quesenberry_hurst and clopper_pearson_bonferroni
--- take n (N-1) / (N-n) for n, which is not exact; sison_glaz has no such form. The whole population (n = N)
--- gives the points. n = 0 gives no estimates and the limits 0 and 1 (no_data). A limit outside 0 to 1 is
--- brought back (clipped). sison_glaz at confidences near 1 with few cases is undefined.
--- `counts` is a list or a column of a frame; the result is a list with an entry for each, which prints as a table.
--- Errors: fewer than two counts, counts that are not whole or missing, more cases than the population has,
--- a share outside 0 to 1, a method without a form for the population.
--- Sources: Quesenberry and Hurst (1964); Goodman (1965); Sison and Glaz (1995); Katz (1953).
---@param counts integer[]|assay.Column
---@param options assay.MultinomialOptions
---@return assay.Multinomial
function assay.multinomial(counts, options) end
