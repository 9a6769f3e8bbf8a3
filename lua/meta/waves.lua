---@meta

---@class assay.ChangeOptions
---@field confidence number  C, a share such as 0.80
---@field method? "newcombe"|"wald"|"tango"  newcombe if not given
---@field common? "unknown"|integer|assay.Pairs  the cases that are in both samples; "unknown" if not given
---@field population? number  of which both are samples
---@field populations? number[]  { N1, N2 }, each sample from its own; math.huge for one without end

---@class assay.Pairs
---@field both? integer  yes both times; those not given are 0
---@field first? integer  yes the first time only
---@field second? integer  yes the second time only
---@field neither? integer

---@class assay.Wave
---@field x? integer  absent where a printed per cent stands for several counts
---@field n integer
---@field population? number
---@field percent? number|string  as it was given

---@class assay.Change
---@field estimate? number  p2 - p1
---@field lower? number  at the widest: whatever the cases in common may be
---@field upper? number
---@field narrow_lower? number  at the shortest
---@field narrow_upper? number
---@field correlation_least? number  of the two shares
---@field correlation_most? number
---@field common_least integer
---@field common_most integer
---@field first assay.Wave
---@field second assay.Wave
---@field confidence number
---@field method "newcombe"|"wald"|"tango"
---@field status? "no_data"|"undefined"|"clipped"  absent where there is nothing to say

--- The change p2 - p1 of a share between two samples, each { x, n } or { percent = , n = } as printed. Cases that
--- are in both tie the shares together: with m of them, p = x/n, q = 1 - p, and 1/N = 0 without a population, the
--- correlation of the two is
---   rho = (m / (n1 n2) - 1/N) S12 / sqrt(v1 v2),  v = (1 - n/N) p q / (n - 1),
--- S12 the covariance of the answers of those m (0 where m < 2). Where their answers are not known S12 is taken to be
--- anything that the shares allow, and where m is not known either, m anything that the sizes do: limits are
--- those of the rho that makes them widest, and beside them those of the one that makes them shortest.
---   newcombe  from Wilson's limits l and u of each share (with the population where there is one):
---             d - sqrt(a^2 + b^2 - 2 rho a b), a = p2 - l2, b = u1 - p1, and the mirror image
---   wald      d -+ z sqrt(v1 + v2 - 2 rho sqrt(v1 v2)); undefined for one case of several
---   tango     the score, for the same cases both times: common = { both = , first = , second = , neither = } has all
--- `population` is for a claim about the cases of one list that both samples were drawn from; `populations` for one
--- about two lists, whose samples are independent; neither for one about how work goes on.
--- Per cents rounded half up stand for all counts that are printed so, of which a million pairs are gone through at most.
--- Errors: a per cent that no count of n is printed as, more in common than a sample has, answers in common that the
--- samples do not have, and as for `assay.difference`.
--- Sources: Newcombe (1998); Tango (1998); Zou and Donner (2008); Cochran (1977), 12.10.
---@param first table
---@param second table
---@param options assay.ChangeOptions
---@return assay.Change
function assay.change(first, second, options) end
