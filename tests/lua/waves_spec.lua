local assay = require "assay"

local function refused(words, first, second, options)
  local value, err = assay.try(assay.change, first, second, options)
  assert.is_nil(value)
  assert.truthy(tostring(err):find(words, 1, true), tostring(err))
  assert.equal("usage", err.kind)
end

describe("assay.change", function()
  it("takes the same cases both times", function()
    local common = { both = 15, first = 5, second = 15, neither = 15 }
    local change = assay.change({ 20, 50 }, { 30, 50 }, { confidence = 0.95, common = common })
    -- Newcombe's formula with phi = 1/4, by 40-digit arithmetic (tests/reference/waves.csv)
    assert.near(0.2, change.estimate, 1e-15)
    assert.near(0.030757867513546696, change.lower, 1e-15)
    assert.near(0.35176561126151649, change.upper, 1e-15)
    assert.equal(0.25, change.correlation_least)
    assert.equal(50, change.common_most)
    assert.equal("20 of 50, then 30 of 50: change 20.0 points, 95% limits 3.1 to 35.2 (newcombe)\n50 cases in common",
      tostring(change))
    local tango = assay.change({ 20, 50 }, { 30, 50 }, { confidence = 0.95, common = common, method = "tango" })
    assert.equal(tango.lower, tango.narrow_lower)
    assert.equal("tango", tango.method)
  end)

  it("bounds what it does not know", function()
    local change = assay.change({ 47, 100 }, { 60, 100 }, { confidence = 0.80 })
    assert.truthy(change.lower < change.narrow_lower and change.narrow_upper < change.upper)
    assert.same({ 0, 100 }, { change.common_least, change.common_most })
    assert.truthy(tostring(change):find("0 to 100 cases in common, it is not known how many", 1, true))
    local none = assay.change({ 47, 100 }, { 60, 100 }, { confidence = 0.80, common = 0 })
    local contrast = assay.difference({ 60, 100 }, { 47, 100 }, { confidence = 0.80 })
    assert.near(contrast.lower, none.lower, 1e-15)
    assert.near(contrast.upper, none.upper, 1e-15)
  end)

  it("knows that samples of a small list meet", function()
    local change = assay.change({ 12, 24 }, { 14, 23 }, { confidence = 0.80, population = 27 })
    assert.same({ 20, 23 }, { change.common_least, change.common_most })
    local lists = assay.change({ 12, 24 }, { 14, 23 }, { confidence = 0.80, populations = { 27, math.huge } })
    assert.equal(0, lists.common_most)
    assert.equal(27, lists.first.population)
  end)

  it("takes per cents as they are printed", function()
    local printed = assay.change({ percent = 47, n = 100 }, { percent = 60, n = 100 }, { confidence = 0.80 })
    local counted = assay.change({ 47, 100 }, { 60, 100 }, { confidence = 0.80 })
    assert.equal(counted.lower, printed.lower)
    assert.equal(60, printed.second.x)
    -- 152 and 153 of 254 are both printed as 60 per cent
    local several = assay.change({ percent = 47, n = 100 }, { percent = 60, n = 254 }, { confidence = 0.80 })
    assert.is_nil(several.second.x)
    assert.near(assay.change({ 47, 100 }, { 152, 254 }, { confidence = 0.80 }).estimate, several.estimate, 1e-15)
    local lower = assay.change({ 47, 100 }, { 152, 254 }, { confidence = 0.80 }).lower
    local upper = assay.change({ 47, 100 }, { 153, 254 }, { confidence = 0.80 }).upper
    assert.near(lower, several.lower, 1e-15)
    assert.near(upper, several.upper, 1e-15)
  end)

  it("says when there is nothing to say", function()
    assert.equal("no_data", assay.change({ 0, 0 }, { 1, 2 }, { confidence = 0.80 }).status)
    local one = assay.change({ 0, 1 }, { 60, 100 }, { confidence = 0.80, method = "wald" })
    assert.equal("undefined", one.status)
    assert.is_nil(one.lower)
  end)

  it("refuses what does not go together", function()
    local c = { confidence = 0.80 }
    local function with(more)
      more.confidence = 0.80
      return more
    end
    refused("no count of 24 cases is printed as 61 per cent", { percent = 61, n = 24 }, { 1, 2 }, c)
    refused("the first sample: 3 yes, but there are only 2 cases", { 3, 2 }, { 1, 2 }, c)
    refused("the first sample must be { yes, cases }", { 1, 20, 3 }, { 1, 2 }, c)
    refused("unknown field of the second sample 'percents'", { 1, 2 }, { percent = 50, percents = 1, n = 2 }, c)
    refused("30 cases in common: samples of 20 and 20 have from 0 to 20", { 1, 20 }, { 1, 20 }, with { common = 30 })
    refused("of a population of 30 have from 10 to 20", { 1, 20 }, { 1, 20 }, with { common = 3, population = 30 })
    refused("2 yes and 0 no in the first sample, which has 1 and 19", { 1, 20 }, { 2, 20 }, with { common = { both = 2 } })
    refused("did you mean 'both'?", { 1, 20 }, { 1, 20 }, with { common = { bth = 2 } })
    refused("'tango' is for the same cases both times", { 1, 20 }, { 1, 20 }, with { method = "tango" })
    refused("are independent", { 1, 20 }, { 1, 20 }, with { populations = { 20, 30 }, common = 2 })
    refused("give one of them", { 1, 20 }, { 1, 20 }, with { populations = { 20, 30 }, population = 30 })
    refused("20 cases, but the population has 10", { 1, 20 }, { 1, 20 }, with { population = 10 })
    refused("need counts, not per cents", { percent = 50, n = 20 }, { 1, 20 }, with { common = { both = 1 } })
    refused("stand for 2000 and 1000 counts, which are 2000000 pairs, and at most 1000000", { percent = 50, n = 200000 },
      { percent = 60, n = 100000 }, c)
    refused("has a per cent of no cases", { percent = 50, n = 0 }, { 1, 20 }, c)
  end)
end)

describe("assay.change of a per cent of many cases", function()
  it("is undefined, or without data, as one of a count is", function()
    local printed, one, none = { percent = 50, n = 1000 }, { 1, 1 }, { 0, 0 }
    local change = assay.change(printed, one, { confidence = 0.80, method = "wald" })
    assert.equal("undefined", change.status)
    assert.near(0.5, change.estimate, 0.002)
    assert.is_nil(change.lower)
    change = assay.change(printed, none, { confidence = 0.80 })
    assert.same({ "no_data", -1, 1 }, { change.status, change.lower, change.upper })
    assert.is_nil(change.correlation_least)
  end)
end)

describe("assay.difference over strata", function()
  it("weights strata as Mantel and Haenszel did", function()
    local all = assay.difference({ { 5, 20 }, { 7, 30 } }, { { 9, 22 }, { 12, 28 } }, { confidence = 0.80 })
    local w1, w2 = 20 * 22 / 42, 30 * 28 / 58
    assert.near((w1 * (5 / 20 - 9 / 22) + w2 * (7 / 30 - 12 / 28)) / (w1 + w2), all.estimate, 1e-15)
    assert.equal("miettinen_nurminen", all.method)
    assert.equal(2, all.strata)
  end)

  it("takes weights of its own", function()
    local one = assay.difference({ { 5, 20 }, { 7, 30 } }, { { 9, 22 }, { 12, 28 } },
      { confidence = 0.80, weights = { 1, 0 }, method = "mee" })
    local alone = assay.difference({ 5, 20 }, { 9, 22 }, { confidence = 0.80, method = "mee" })
    assert.equal(alone.lower, one.lower)
    assert.equal(alone.upper, one.upper)
  end)

  it("refuses what it cannot weigh", function()
    local a, b = { { 5, 20 }, { 7, 30 } }, { { 9, 22 }, { 12, 28 } }
    for words, options in next, {
      ["weights are given for 1 of 2 strata"] = { weights = { 1 } },
      ["no stratum has a weight"] = { weights = { 0, 0 } },
      ["the sum of the weights is beyond"] = { weights = { 1e308, 1e308 } },
      ["weights[2] is -1: a weight is 0 or more"] = { weights = { 1, -1 } },
      ["unknown method 'newcombe'"] = { method = "newcombe" },
      ["'populations' do not go with strata"] = { populations = { 100, 100 } },
    } do
      options.confidence = 0.80
      local _, err = assay.try(assay.difference, a, b, options)
      assert.truthy(tostring(err):find(words, 1, true), tostring(err))
    end
    local _, err = assay.try(assay.difference, a, { { 9, 22 } }, { confidence = 0.80 })
    assert.truthy(tostring(err):find("the first group has 2 strata and the second 1", 1, true))
    _, err = assay.try(assay.difference, { 5, 20 }, { 9, 22 }, { confidence = 0.80, weights = { 1 } })
    assert.truthy(tostring(err):find("'weights' are for strata", 1, true))
  end)
end)
