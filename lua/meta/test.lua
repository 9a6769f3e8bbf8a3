---@meta

--- Tests of counts. Tables are lists of rows, { { 12, 10 }, { 8, 14 } }; p-values are two-sided unless a side is
--- named. Where a test is not defined, statistic and p_value are absent and the status says "undefined".
---@class assay.test
assay.test = {}

---@class assay.Test
---@field statistic? number  chi-squared, or z where there is no df; absent where the test is exact
---@field df? integer  degrees of freedom
---@field p_value? number
---@field slope? number  of a trend: what the share gains with each unit of the score
---@field method? string
---@field side? string  of Fisher's test
---@field n integer  cases
---@field smallest_expected? number  the least number of cases that a cell expects
---@field status? "undefined"

---@class assay.ChiSquaredOptions
---@field method? "pearson"|"n_minus_1"|"yates"|"lr"  pearson if not given
---@field populations? integer[]  the two populations from which the rows { yes, no } were drawn without replacement

--- Whether the rows of a table of counts differ in their columns. E is row sum times column sum over N:
---   pearson    X2 = sum (n - E)^2 / E, df = (rows - 1)(columns - 1)
---   n_minus_1  X2 (N - 1) / N, to be preferred in small tables
---   yates      2 x 2 alone: |n - E| less 1/2
---   lr         likelihood ratio, 2 sum n ln(n / E)
--- With `populations` the z of two finite populations' shares, (p1 - p2) / sqrt(p q sum (N - n) / ((N - 1) n)).
--- Undefined where a row or a column is empty. A note says where a cell expects fewer than 5.
--- Sources: Pearson (1900); Yates (1934); Campbell (2007).
---@param rows integer[][]
---@param options? assay.ChiSquaredOptions
---@return assay.Test
function assay.test.chi_squared(rows, options) end

---@class assay.FisherOptions
---@field side? "two"|"greater"|"less"  two if not given; greater: as many in the first cell, or more
---@field mid_p? boolean  takes off half of this table's own probability

--- Fisher's exact test of a 2 x 2 table: how likely are tables with these margins that are no likelier than this one?
--- The p-value is 1 where a margin is empty. Sources: Fisher (1935); Lancaster (1961) for mid-p.
---@param rows integer[][]
---@param options? assay.FisherOptions
---@return assay.Test
function assay.test.fisher(rows, options) end

---@class assay.TrendTestOptions
---@field scores? number[]  of each group; 1, 2, 3 ... if not given

--- Cochran and Armitage's test of a trend of the shares x[i] of n[i] over groups with scores. Undefined where no case
--- is yes, or all are, or only one score has cases. Sources: Cochran (1954); Armitage (1955).
---@param x integer[]
---@param n integer[]
---@param options? assay.TrendTestOptions
---@return assay.Test
function assay.test.trend(x, n, options) end

---@class assay.McNemarOptions
---@field method? "exact"|"mid_p"|"chi_squared"|"chi_squared_cc"  exact if not given

--- McNemar's test of the same cases judged twice: { { both yes, yes then no }, { no then yes, both no } }. With b and
--- c the two that changed: exact is twice the binomial tail of the smaller of b + c at 1/2, mid_p half of its own
--- probability less on each side; chi_squared (b - c)^2 / (b + c), chi_squared_cc with |b - c| less 1. Without a
--- change the exact ones are 1, the others undefined.
--- Sources: McNemar (1947); Fagerland, Lydersen and Laake (2013).
---@param rows integer[][]
---@param options? assay.McNemarOptions
---@return assay.Test
function assay.test.mcnemar(rows, options) end

---@class assay.KappaOptions
---@field confidence number  a share such as 0.80
---@field weights? "none"|"linear"|"quadratic"  of answers that nearly agree, where categories have an order

---@class assay.Kappa
---@field kappa? number  absent where chance alone gives full agreement
---@field se? number
---@field lower? number
---@field upper? number
---@field agreement? number  the (weighted) share on which both agree
---@field by_chance? number  that share if they judged independently
---@field pabak? number  kappa if all categories were as frequent: (k a - 1) / (k - 1), a the plain agreement
---@field n integer
---@field confidence number
---@field weights string
---@field status? "no_data"|"undefined"

--- Cohen's kappa of two raters: (agreement - by chance) / (1 - by chance), with limits kappa -+ z se by the standard
--- error of Fleiss, Cohen and Everitt. Row i, column j: cases that the first puts in i and the second in j.
--- Sources: Cohen (1960, 1968); Fleiss, Cohen and Everitt (1969); Byrt, Bishop and Carlin (1993).
---@param rows integer[][]
---@param options assay.KappaOptions
---@return assay.Kappa
function assay.test.kappa(rows, options) end

---@class assay.MantelHaenszelOptions
---@field confidence number  a share such as 0.80
---@field corrected? boolean  |sum (a - E)| less 1/2 in the test

---@class assay.MantelHaenszel
---@field odds_ratio? number  math.huge where no table has cases in b and c
---@field lower? number
---@field upper? number
---@field risk_difference? number
---@field statistic? number
---@field df integer
---@field p_value? number
---@field tables integer
---@field used integer  tables without an empty row or column: the others say nothing of the odds ratio
---@field n integer
---@field confidence number
---@field status? "undefined"  there are no limits

--- Odds ratio and difference of shares common to several 2 x 2 tables { { yes, no }, { yes, no } }, one for each
--- stratum, and the test that there is none. Limits by the variance of Robins, Breslow and Greenland.
--- Sources: Mantel and Haenszel (1959); Robins, Breslow and Greenland (1986).
---@param tables integer[][][]
---@param options assay.MantelHaenszelOptions
---@return assay.MantelHaenszel
function assay.test.mantel_haenszel(tables, options) end

---@class assay.GoodnessOfFitOptions
---@field shares? number[]  what is expected, adding up to 1
---@field population? integer[]  or the population from which the cases were drawn without replacement
---@field seed? string  of the simulation
---@field replicates? integer  of the simulation; 9999 if not given

--- Whether counts go with expected shares, or with the population that they are a sample of:
--- X2 = sum (n - E)^2 / E, of a population times (N - 1) / (N - n); df is the number of cells less 1. Where a cell
--- expects fewer than 5 cases the p-value is by simulation: (1 + m) / (B + 1), m of B samples being as far off.
--- Source: Cochran (1977), Sampling Techniques.
---@param counts integer[]
---@param options assay.GoodnessOfFitOptions
---@return assay.Test
function assay.test.goodness_of_fit(counts, options) end

---@class assay.AdjustOptions
---@field method? "holm"|"benjamini_hochberg"|"bonferroni"  holm if not given

--- P-values of several tests, raised so that something holds of all of them: holm and bonferroni bound the chance of
--- any false finding, benjamini_hochberg the expected share of false ones among the findings. 0/0 stands for a test
--- without a p-value: it stays and is not counted. Sources: Holm (1979); Benjamini and Hochberg (1995).
---@param p_values number[]
---@param options? assay.AdjustOptions
---@return number[]
function assay.test.adjust(p_values, options) end
