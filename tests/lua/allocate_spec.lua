-- allocate_spec.lua: the sizes of a plan, and what refuses to be one.

local assay = require "assay"
local support = require "support"
local reference = require "reference"
local refusal, cases, plan, sizes, numbers = support.refusal, support.strata, support.plan, support.sizes, support.numbers

local sds = { A = 0.5, B = 0.4, C = 0.3 }

describe("allocation", function()
  it("gives the sizes of every row of the reference", function()
    local rules = { proportional = true, equal = true, neyman = true, neyman_exact = true, ["power_0.5"] = true }
    local rows = reference.rows("allocation.csv", function(row) return rules[row.method] end)
    assert.equal(69, #rows)
    for _, row in ipairs(rows) do
      local N, S, strata, sd = numbers(row.N_h), numbers(row.S_h), {}, {}
      for h, n in ipairs(N) do
        local label = ("s%d"):format(h)
        if n > 5000 then n = n // 1 end
        strata[label], sd[label] = n, S[h]
      end
      local options = { frame = cases(strata), size = tonumber(row.n), minimum = tonumber(row.min_h) }
      options.allocation = row.method:match "^[a-z]+_exact$" or row.method:match "^%a+"
      options.maximum = tonumber(row.cap)
      if options.allocation:find "neyman" then options.sd = sd end
      if row.int_alloc == "infeasible" then
        assert.matches("the minimums of the strata add up to 6 cases, the sample has 5", refusal(plan, options).message)
      else
        assert.same(numbers(row.int_alloc), sizes(plan(options)), row.id)
      end
    end
  end)

  it("follows deviations, costs and powers", function()
    assert.same({ 34, 33, 33 }, sizes(plan { size = 100, allocation = "equal" }))
    assert.same({ 56, 30, 14 }, sizes(plan { size = 100, allocation = "neyman", sd = sds }))
    assert.same({ 56, 30, 14 }, sizes(plan { size = 100, allocation = "neyman_exact", sd = sds }))
    assert.same({ 45, 47, 8 }, sizes(plan { size = 100, allocation = "optimal", sd = sds, cost = { A = 4, B = 1, C = 9 } }))
    assert.same({ 40, 33, 27 }, sizes(plan { size = 100, allocation = "power" }))
    assert.same({ 47, 32, 21 }, sizes(plan { size = 100, allocation = "power", power = 1 }))
  end)

  it("says how, and keeps it in the folder", function()
    local p = plan { size = 100, allocation = "optimal", sd = sds, cost = { A = 4, B = 1, C = 9 }, minimum = { A = 5 },
      maximum = 60, confidence = 0.8 }
    assert.equal("optimal", p.allocation)
    assert.matches("a sample of 100 of 252 cases, allocation optimal\n", tostring(p))
    local folder = support.path "sample"
    p:draw { seed = "s" }:write(folder)
    local kept = assay.read_json(folder .. "/manifest.json").plan
    assert.same({ A = 4, B = 1, C = 9 }, kept.cost)
    assert.same(sds, kept.sd)
    assert.same({ A = 5 }, kept.minimum)
    assert.equal(60, kept.maximum)
    local again = support.path "sample"
    assay.open_sample(folder):write(again)
    assert.equal(support.content(folder .. "/manifest.json"), support.content(again .. "/manifest.json"))
  end)

  it("solves minimum, maximum and certainty together", function()
    local p = plan { size = 100, allocation = "neyman", sd = { A = 0.1, B = 0.5, C = 0.5 }, minimum = { C = 52 },
      maximum = { B = 30 } }
    assert.same({ 18, 30, 52 }, sizes(p))
    assert.same({ "stratum 'C' gets 52 of its 52 cases where its share is 48: the minimum raises it" }, p.shortfall)
  end)

  it("lowers a minimum for all to a small stratum, and says so", function()
    local p = plan { frame = cases { A = 40, B = 3 }, size = 20, minimum = 5 }
    assert.same({ 17, 3 }, sizes(p))
    assert.same({ "stratum 'B' holds 3 cases: its minimum is that, not 5",
      "stratum 'B' gets 3 of its 3 cases where its share is 1: the minimum raises it" }, p.shortfall)
  end)

  it("takes a maximum of 1 before its own minimum of 2", function()
    local p = plan { size = 9, maximum = { C = 1 } }
    assert.equal(1, sizes(p)[3])
    assert.matches("stratum 'C' gets 1 of its 52 cases: 1 case has no variance", p.shortfall[1])
  end)

  it("counts the reserves that are not there", function()
    local p = plan { frame = cases { A = 27 }, size = 24, reserve = 0.20 }
    assert.same({ "stratum 'A': 24 of 27 leave 3 reserves, not 5" }, p.shortfall)
  end)
end)

describe("allocation refuses", function()
  local function message(options) return refusal(plan, options).message end

  it("what contradicts itself, in numbers", function()
    assert.equal("minimum of stratum 'C' is 53, but it holds 52 cases", message { size = 100, minimum = { C = 53 } })
    assert.equal("minimum of stratum 'B' is 9, its maximum 8",
      message { size = 100, minimum = 9, maximum = { B = 8 } })
    assert.equal("the minimums of the strata add up to 120 cases, the sample has 100", message { size = 100, minimum = 40 })
    assert.equal("the maximums of the strata add up to 90 cases, the sample has 100", message { size = 100, maximum = 30 })
    assert.equal("a sample of 253 cannot be drawn from 252 cases", message { size = 253 })
    assert.equal("a sample of 2147483648 cannot be drawn from 252 cases", message { size = 2147483648 })
    assert.equal("at a case in each, 3 strata need 3 cases, more than the total of 2",
      message { size = 2, minimum = 0, allocation = "neyman_exact", sd = sds })
  end)

  it("a stratum without a case where the rule takes one", function()
    assert.equal("maximum of stratum 'B' is 0, but allocation 'neyman_exact' takes a case from every stratum",
      message { size = 9, allocation = "neyman_exact", sd = sds, maximum = { B = 0 } })
    assert.same({ 7, 0, 2 }, sizes(plan { size = 9, allocation = "neyman", sd = sds, maximum = { B = 0 } }))
    assert.same({ 0, 0, 0 }, sizes(plan { size = 0, minimum = 0 }))
    assert.same({ 0, 0, 0 }, sizes(plan { size = 0, minimum = 0, rounding = "random" }))
    assert.same({ 120, 80, 52 }, sizes(plan { size = 252, rounding = "round_robin" }))
    assert.same({ 1 }, sizes(plan { size = 1, frame = cases { A = 1 }, allocation = "neyman_exact", sd = { A = 1 } }))
  end)

  it("measures of other strata, of too few, and of a wrong kind", function()
    assert.equal("sd names no number for stratum 'C'", message { size = 9, allocation = "neyman", sd = { A = 1, B = 1 } })
    assert.equal("unknown stratum in sd 'Meduim': did you mean 'Medium'?", message { size = 9, allocation = "neyman",
      frame = cases { Low = 20, Medium = 20 }, sd = { Low = 1, Meduim = 1 } })
    assert.equal("sd of stratum 'B' must be a number of at least 0, not -0.5",
      message { size = 9, allocation = "neyman", sd = { A = 1, B = -0.5, C = 1 } })
    assert.equal("sd of stratum 'B' must be a number, not nan",
      (message { size = 9, allocation = "neyman", sd = { A = 1, B = 0 / 0, C = 1 } }):gsub("%-nan", "nan"))
    assert.equal("sd is 0 in every stratum: there is nothing to share the sample by",
      message { size = 9, allocation = "neyman", sd = { A = 0, B = 0, C = 0 } })
    assert.equal("cost of stratum 'A' must be a number above 0, not 0",
      message { size = 9, allocation = "optimal", sd = sds, cost = { A = 0, B = 1, C = 1 } })
    assert.equal("cost of stratum 'A' must be a number above 0, not -1",
      message { size = 9, allocation = "optimal", sd = sds, cost = { A = -1, B = 1, C = 1 } })
    assert.equal("unknown stratum in minimum 'D': known are A, B, C", message { size = 9, minimum = { D = 1 } })
    assert.equal("maximum of stratum 'A' must be a count from 0 on, not 1.5", message { size = 9, maximum = { A = 1.5 } })
    assert.matches("sd must be a table", message { size = 9, allocation = "neyman", sd = 0.5 })
    assert.equal("power must be a number from 0 (equal) to 1 (proportional), not 1.5",
      message { size = 9, allocation = "power", power = 1.5 })
    assert.matches("unknown allocation 'neymann': did you mean 'neyman'", message { size = 9, allocation = "neymann" })
  end)

  it("options that do not go together", function()
    assert.equal("'sd' does not go with allocation 'proportional'", message { size = 9, sd = sds })
    assert.equal("'cost' does not go with allocation 'neyman'",
      message { size = 9, allocation = "neyman", sd = sds, cost = sds })
    assert.equal("'power' does not go with allocation 'equal'", message { size = 9, allocation = "equal", power = 0.5 })
    assert.equal("allocation 'neyman' needs 'sd', the standard deviation in each stratum by its label",
      message { size = 9, allocation = "neyman" })
    assert.equal("allocation 'optimal' needs 'cost', what a case costs in each stratum by its label",
      message { size = 9, allocation = "optimal", sd = sds })
    local by_label = { A = 5, B = 5, C = 5 }
    for _, name in ipairs { "minimum", "maximum", "power" } do
      assert.equal(("'%s' does not go with sizes by stratum"):format(name), message { allocation = by_label, [name] = 1 })
    end
    assert.equal("'rounding' does not go with sizes by stratum, which are whole numbers already",
      message { allocation = by_label, rounding = "random" })
    assert.equal("'rounding' does not go with allocation 'neyman_exact', which are whole numbers already",
      message { size = 9, allocation = "neyman_exact", sd = sds, rounding = "round_robin" })
    assert.equal("'proportion' is the share that confidence and margin are for: there is no margin",
      message { size = 9, proportion = 0.5 })
    assert.equal([['within' is the Ministry of Justice's sampler: it needs rounding = "round_robin"]],
      message { size = 9, within = "kind" })
    assert.equal([['cap' does not go with rounding = "random", which keeps the probabilities equal]],
      message { size = 9, cap = { kind = 5 }, rounding = "random" })
  end)

  it("caps that are none, and columns that are not there", function()
    assert.matches("cap must be a column and the most cases", message { size = 9, cap = 6 })
    assert.equal("cap takes one column, such as cap = { officer = 6 }: this has 2",
      message { size = 9, cap = { kind = 6, id = 1 } })
    assert.equal("cap takes one column, such as cap = { officer = 6 }: this has 0", message { size = 9, cap = {} })
    assert.equal("cap of 'kind' must be at least 1", message { size = 9, cap = { kind = 0 } })
    assert.equal("cap of 'kind' must be a count from 0 on, not 2.5", message { size = 9, cap = { kind = 2.5 } })
    assert.equal("cap of 'kind' must be a count from 0 on, not -1", message { size = 9, cap = { kind = -1 } })
    assert.matches("unknown column 'kinds': did you mean 'kind'", message { size = 9, cap = { kinds = 5 } })
    assert.matches("unknown column 'unit'", message { size = 9, within = { "unit" }, rounding = "round_robin" })
    assert.equal("within has 'kind' twice", message { size = 9, within = { "kind", "kind" }, rounding = "round_robin" })
    assert.equal("within names no column", message { size = 9, within = {}, rounding = "round_robin" })
    assert.equal("cap is for 'kind', but the last column of within is 'id', whose cases it can move",
      message { size = 9, within = { "kind", "id" }, cap = { kind = 3 }, rounding = "round_robin" })
    assert.equal("with at most 3 for each 'kind', stratum 'A' can give 3 cases, not 4", message { size = 9, cap = { kind = 3 } })
  end)
end)
