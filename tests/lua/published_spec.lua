local assay = require "assay"
local refusal = require "support".refusal

local published = assay.published

local function split(text, separator)
  local list = {}
  for part in ((text or "") .. separator):gmatch("([^" .. separator .. "]*)" .. separator) do
    if part ~= "" then list[#list + 1] = part end
  end
  return list
end

--- The counts as the reference writes them: "14;19;17;16", alternatives with a comma between.
local function written(counts)
  local list = {}
  for i, count in ipairs(counts) do
    list[i] = type(count) == "table" and table.concat(count, ",") or tostring(count)
  end
  return table.concat(list, ";")
end

describe("published.denominators", function()
  it("gives every set of the reference", function()
    -- alternatives hold commas, so the numerators are taken from the rest of the line
    local checked = 0
    for line in io.lines "tests/reference/grim.csv" do
      local id, percents, min, max, rule, fits, denominators, numerators =
        line:match "^(g%d+),([^,]*),(%d+),(%d+),([%w_]+),(%d+),([^,]*),(.*)$"
      local asked, decimals = {}, 0
      for i, text in ipairs(split(percents, ";")) do
        asked[i] = tonumber(text)
        decimals = math.max(decimals, #(text:match "%.(%d+)" or ""))
      end
      if id then
        local found = published.denominators(asked, {
          min = tonumber(min), max = tonumber(max), rounding = rule, decimals = decimals,
        })
        assert.equal(tonumber(fits), #found, id)
        local ns = {}
        for i, fit in ipairs(found) do ns[i] = tostring(fit.n) end
        assert.equal(denominators, table.concat(ns, ";"), id)
        for i, entry in ipairs(split(numerators:gsub('"', ""), "|")) do
          assert.equal(entry, found[i].n .. ":" .. written(found[i].counts), id)
        end
        checked = checked + 1
      end
    end
    assert.equal(104, checked)
  end)

  it("finds that the figures for unpaid work are of 23 cases, not of 24", function()
    local found = published.denominators({ 61, 83, 74, 70 }, { max = 24 })
    assert.equal(1, #found)
    assert.equal(23, found[1].n)
    assert.same({ 14, 19, 17, 16 }, found[1].counts)
    assert.matches("│  n │ 61% │ 83% │ 74% │ 70% │", tostring(found), 1, true)
    assert.matches("│ 23 │  14 │  19 │  17 │  16 │", tostring(found), 1, true)
  end)

  it("lists the counts where several fit", function()
    local found = published.denominators({ 50 }, { min = 150, max = 150 })
    assert.same({ { 75 } }, { found[1].counts })
    found = published.denominators({ 50 }, { min = 300, max = 300 })
    assert.same({ { 149, 150, 151 } }, found[1].counts)
    assert.matches("149 or 150 or 151", tostring(found))
  end)

  it("says in words that nothing fits", function()
    assert.equal("no number of cases from 1 to 24 fits 61%, 35%",
      tostring(published.denominators({ 61, 35 }, { max = 24, rounding = "floor" })))
  end)

  it("takes shares of a per cent only where decimals are said", function()
    assert.matches("0%.61%? write per cents here: 61",
      refusal(published.denominators, { 0.61 }, { max = 24 }).message)
    assert.matches("0%.14%? write per cents here: 14$",
      refusal(published.denominators, { 0.14 }, { max = 24 }).message)
    assert.equal(182, published.denominators({ 0.5 }, { max = 200, decimals = 1 })[1].n)
  end)

  it("takes text as it is printed", function()
    local found = published.denominators({ "50.0", "33.3%" }, { max = 12 })
    assert.same({ { n = 6, counts = { 3, 2 } }, { n = 12, counts = { 6, 4 } } }, { found[1], found[2] })
    assert.equal(2, #found)
    assert.matches("│ 50.0% │ 33.3% │", tostring(found), 1, true)
    assert.equal(152, published.denominators({ "50.0" }, { min = 151, max = 1001 })[1].n) -- 75 of 151 is 49.7, 76 is 50.3
    assert.matches("0%.61%? write per cents here: 61; 'decimals' or a %% behind it", refusal(published.denominators, { "0.61" },
      { max = 24 }).message)
    assert.equal(163, published.denominators({ "0.61%" }, { max = 200 })[1].n)
    assert.equal(182, published.denominators({ "0.5" }, { max = 300, decimals = 1 })[1].n)
    assert.equal(182, published.denominators({ "0.5%" }, { max = 300 })[1].n)
  end)

  it("says that nothing is above 100 per cent", function()
    assert.equal("no number of cases from 1 to 24 fits 120%: nothing is above 100%",
      tostring(published.denominators({ 120 }, { max = 24 })))
  end)

  it("refuses wrong arguments in words", function()
    local cases = {
      { { 61 }, {}, "'max' is needed" },
      { {}, { max = 24 }, "at least one per cent" },
      { 61, { max = 24 }, "percents must be a list" },
      { { 61 }, { max = 24, min = 25 }, "min is 25, above max, 24" },
      { { 61 }, { max = 0 }, "max must be from 1 to 2147483647" },
      { { -1 }, { max = 24 }, "a printed per cent is not below 0: %-1 is" },
      { { "61 " }, { max = 24 }, "'61 ' is no printed per cent" },
      { { "-61" }, { max = 24 }, "'%-61' is no printed per cent" },
      { { "61.1234567" }, { max = 24 }, "is no printed per cent" },
      { { ("6"):rep(1000) }, { max = 24 }, "'6666666666666666666666666666666666666666...' is no printed per cent" },
      { { "\xff" }, { max = 24 }, "is no printed per cent" },
      { { true }, { max = 24 }, "a per cent must be a number, not a boolean" },
      { { 61, nil, 83 }, { max = 24 }, "percents must be a list: it has gaps" },
      { { "61.5" }, { max = 24, decimals = 2 }, "'61.5' is printed with 1 decimals, and 'decimals' is 2" },
      { { 61.5 }, { max = 24 }, "61%.5 is not a per cent printed with 0 decimals" },
      { { 61 }, { max = 24, decimals = 7 }, "decimals must be at most 6" },
      { { 61 }, { max = 24, rounding = "half_upp" }, "did you mean 'half_up'%?" },
      { { 61 }, { maximum = 24 }, "unknown option 'maximum'" },
    }
    for _, case in ipairs(cases) do
      assert.matches(case[3], refusal(published.denominators, case[1], case[2]).message)
    end
  end)
end)

describe("published.consistent", function()
  it("answers whether a figure can be of so many cases", function()
    assert.is_false(published.consistent(61, 24))
    assert.same({ true, { 14 } }, { published.consistent(61, 23) })
    assert.is_false(published.consistent(80, 52))
    assert.is_false(published.consistent(101, 52))
    assert.same({ true, { 149, 150, 151 } }, { published.consistent(50, 300) })
  end)

  it("tells the rounding rules apart in exact halves", function()
    assert.is_true((published.consistent(13, 8)))             -- 12.5
    assert.is_false(published.consistent(13, 8, { rounding = "half_even" }))
    assert.is_true((published.consistent(12, 8, { rounding = "any_half" })))
  end)

  it("takes decimals", function()
    assert.is_true((published.consistent(60.9, 23, { decimals = 1 })))
    assert.is_false(published.consistent(61.0, 23, { decimals = 1 }))
    assert.is_false(published.consistent("61.0", 23))
    assert.same({ true, { 14 } }, { published.consistent("61%", 23) })
  end)

  it("refuses shares, and no cases at all", function()
    assert.matches("0%.61%? write per cents here: 61", refusal(published.consistent, 0.61, 23).message)
    assert.matches("n must be from 1 to", refusal(published.consistent, 61, 0).message)
    assert.matches("n must be a count", refusal(published.consistent, 61).message)
  end)

  it("is named when it is mistyped", function()
    assert.matches("unknown function of assay%.published 'consistant': did you mean 'consistent'%?",
      refusal(function() return published.consistant end).message)
  end)
end)
