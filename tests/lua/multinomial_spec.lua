local assay = require "assay"
local refusal = require "support".refusal
local reference = require "reference"

local function counts_of(text)
  local list = {}
  for count in text:gmatch "%d+" do list[#list + 1] = math.tointeger(tonumber(count)) end
  return list
end

describe("multinomial", function()
  it("gives every interval of the reference", function()
    local rows = reference.rows("multinomial.csv", function() return true end)
    assert.equal(124, #rows)
    for _, row in ipairs(rows) do
      local found = assay.multinomial(counts_of(row.counts), {
        method = row.method, confidence = tonumber(row.level),
      })
      local cell = found[tonumber(row.cell)]
      assert.is_true(reference.close(cell.estimate, tonumber(row.estimate)), row.id)
      assert.is_true(reference.close(cell.lower, tonumber(row.lower)), row.id .. " lower")
      assert.is_true(reference.close(cell.upper, tonumber(row.upper)), row.id .. " upper")
    end
  end)

  it("takes goodman where nothing else is said, and prints a table", function()
    local found = assay.multinomial({ 27, 31, 16 }, { confidence = 0.80 })
    assert.equal("goodman", found.method)
    assert.same({ 74, 0.80, 3 }, { found.n, found.confidence, #found })
    assert.equal(27, found[1].x)
    assert.is_nil(found.population)
    assert.is_nil(found[1].lower_count)
    assert.equal([[
┌──────────┬───────┬───────┬───────┬───────┐
│ category │ cases │ share │ lower │ upper │
├──────────┼───────┼───────┼───────┼───────┤
│        1 │    27 │ 36.5% │ 27.0% │ 47.1% │
│        2 │    31 │ 41.9% │ 32.0% │ 52.5% │
│        3 │    16 │ 21.6% │ 14.2% │ 31.5% │
└──────────┴───────┴───────┴───────┴───────┘
74 in 3 categories, 80% limits of all at once (goodman)]], tostring(found))
  end)

  it("takes exact limits with a population, as cases too", function()
    local found = assay.multinomial({ 27, 31, 16 }, { confidence = 0.80, population = 254 })
    assert.equal("hyper_tail_bonferroni", found.method)
    for _, cell in ipairs(found) do
      assert.equal(cell.lower_count / 254, cell.lower)
      assert.equal(cell.upper_count / 254, cell.upper)
      assert.is_true(cell.lower_count >= cell.x and cell.upper_count <= 254 - (74 - cell.x))
    end
    assert.matches("\n74 of 254 in 3 categories, 80% limits of all at once (hyper_tail_bonferroni)",
      tostring(found), 1, true)
  end)

  it("corrects the others for a population", function()
    local plain = assay.multinomial({ 27, 31, 16 }, { confidence = 0.80 })
    for _, method in ipairs { "goodman", "quesenberry_hurst", "clopper_pearson_bonferroni" } do
      local found = assay.multinomial({ 27, 31, 16 }, { confidence = 0.80, population = 254, method = method })
      assert.is_true(found[1].upper - found[1].lower < plain[1].upper - plain[1].lower, method)
      assert.is_nil(found[1].lower_count)
    end
  end)

  it("takes a column of a frame", function()
    local frame = assay.frame { columns = { "answer" }, rows = { { "yes" }, { "no" }, { "yes" }, { "unclear" } } }
    local found = assay.multinomial(frame:count("answer"):column "cases", { confidence = 0.80 })
    assert.same({ 1, 1, 2 }, { found[1].x, found[2].x, found[3].x })
    local gaps = assay.frame { columns = { "n" }, types = { n = "integer" }, rows = { { 2 }, {}, { 3 } } }
    assert.matches("counts%[2%] must be a count from 0 on, not nil",
      refusal(assay.multinomial, gaps:column "n", { confidence = 0.80 }).message)
  end)

  it("has no estimates where nothing was counted", function()
    local found = assay.multinomial({ 0, 0 }, { confidence = 0.95 })
    assert.same({ "no_data", 0, 1 }, { found[2].status, found[2].lower, found[2].upper })
    assert.is_nil(found[2].estimate)
    assert.matches("│    NA │  0.0% │ 100.0% │ no_data │", tostring(found), 1, true)
  end)

  it("is points where the whole population was counted", function()
    for _, method in ipairs { "goodman", "hyper_tail_bonferroni" } do
      local found = assay.multinomial({ 1, 3, 0 }, { confidence = 0.80, population = 4, method = method })
      assert.same({ 0.25, 0.25, 0.25 }, { found[1].lower, found[1].estimate, found[1].upper })
      assert.same({ 0, 0 }, { found[3].lower, found[3].upper })
    end
  end)

  it("says where it has no limits, and where it cut one off", function()
    local found = assay.multinomial({ 3, 3, 3 }, { confidence = 0.9999, method = "sison_glaz" })
    assert.equal("undefined", found[1].status)
    assert.is_nil(found[1].lower)
    assert.matches("NA │    NA │ undefined", tostring(found), 1, true)
    assert.equal("clipped", assay.multinomial({ 22, 2, 60 }, { confidence = 0.95, method = "sison_glaz" })[2].status)
  end)

  it("refuses wrong arguments in words", function()
    local cases = {
      { { 27, 31, 16 }, { confidence = 80 }, "80%? write 0%.80" },
      { { 27, 31, 16 }, nil, "'confidence' is needed" },
      { { 27, 31, 16 }, { confidence = 0.8, method = "goodmann" }, "unknown method 'goodmann': did you mean 'goodman'%?" },
      { { 27, 31, 16 }, { confidence = 0.8, method = "hyper" },
        "known are clopper_pearson_bonferroni, goodman, hyper_tail_bonferroni, quesenberry_hurst, sison_glaz" },
      { { 27, 31, 16 }, { confidence = 0.8, method = "sison_glaz", population = 254 },
        "'sison_glaz' has no form with a population: take one of goodman, quesenberry_hurst, "
          .. "clopper_pearson_bonferroni, hyper_tail_bonferroni" },
      { { 27, 31, 16 }, { confidence = 0.8, method = "hyper_tail_bonferroni" },
        "'hyper_tail_bonferroni' has no form without a population: take one of goodman, sison_glaz, " },
      { { 27, 31, 16 }, { confidence = 0.8, population = 70 }, "the counts are 74 cases, but the population has 70" },
      { { 27, 31, 16 }, { confidence = 0.8, population = 1 << 40 },
        "hyper_tail_bonferroni is for a population of at most 2147483647" },
      { { 27 }, { confidence = 0.8 }, "two categories or more, not 1" },
      { {}, { confidence = 0.8 }, "two categories or more, not 0" },
      { { 27, 2.5 }, { confidence = 0.8 }, "counts%[2%] must be a count from 0 on, not 2%.5" },
      { { 27, -1 }, { confidence = 0.8 }, "counts%[2%] must be a count from 0 on, not %-1" },
      { { 27, 0 / 0 }, { confidence = 0.8 }, "counts%[2%] must be a count from 0 on, not %-?nan" },
      { { 1 << 53, 1 }, { confidence = 0.8 }, "more than 2^53 cases" },
      { { math.maxinteger, math.maxinteger }, { confidence = 0.8 }, "more than 2^53 cases" },
      { { yes = 3, no = 4 }, { confidence = 0.8 }, "counts must be a list" },
      { 27, { confidence = 0.8 }, "counts must be a list, not 27" },
      { nil, { confidence = 0.8 }, "counts must be a list, not nil" },
    }
    for _, case in ipairs(cases) do
      assert.matches(case[3], refusal(assay.multinomial, case[1], case[2]).message)
    end
  end)

  it("says which field is mistyped", function()
    local found = assay.multinomial({ 5, 20 }, { confidence = 0.80 })
    assert.matches("unknown field of MultinomialCell 'uper': did you mean 'upper'%?",
      refusal(function() return found[1].uper end).message)
    assert.matches("unknown field of Multinomial 'methd'", refusal(function() return found.methd end).message)
  end)
end)
