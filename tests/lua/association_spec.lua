local assay = require "assay"
local api = require "api"
local reference = require "reference"
local support = require "support"
local refusal = support.refusal

local columns = { stype = "stype", ["sch.wide"] = "sch_wide" }
local fields = { f = "statistic", df1 = "df1", df2 = "df2", p = "p_value", first_p = "chi_squared_p_value",
  pearson = "pearson" }

--- "stype_first_p" as the column and the field of the result.
local function named(statistic)
  for name, column in pairs(columns) do
    local rest = statistic:sub(1, #name + 1) == name .. "_" and statistic:sub(#name + 2)
    if rest and fields[rest] then return column, fields[rest] end
  end
end

local function close(want, got, rel) return got and math.abs(got - want) <= rel * math.abs(want) end

describe("survey:independence", function()
  it("has the tests of R's survey", function()
    local n = 0
    for _, row in ipairs(reference.rows("api_compared.csv", function(r) return named(r.statistic) ~= nil end)) do
      local column, field = named(row.statistic)
      local found = api.survey(row.design):independence("awards", { by = column })
      -- R's own weights of strat_nofpc are printed with 15 digits in its data; small p-values magnify them
      local rel = field:find "p_value" and 1e-7 or 1e-9
      assert.is_true(close(tonumber(row.value), found[field], rel),
        ("%s %s: %s, want %s"):format(row.design, row.statistic, found[field], row.value))
      n = n + 1
    end
    assert.equal(4 * 2 * 6, n)
  end)

  it("is Pearson's test over the design effect", function()
    local found = api.survey "clus1":independence("awards", { by = "sch_wide" })
    assert.near(found.pearson / found.mean_deff, found.chi_squared, 1e-9)
    assert.equal(1, found.df1)
    assert.equal(14, found.df2)
    assert.matches("^awards by sch_wide: F = 192.52 on 1 and 14 df, p = 0.0000 %(Rao%-Scott, second order%); X2 = 64.5248",
      tostring(found))
  end)

  it("leaves out who is outside the domain", function()
    local found = api.survey "strat":independence("awards", { by = "stype", where = { stype = { "E", "H" } } })
    assert.equal(150, found.n)
    assert.equal(2, found.groups)
    assert.equal(1, found.chi_squared_df)
    -- svychisq(~awards + stype, subset(d, stype %in% c("E", "H")), statistic = "F"): df are those of the domain
    assert.near(25.773005485604070, found.statistic, 1e-7)
    assert.equal(148, found.df2)
    assert.near(1.1372868124647112e-06, found.p_value, 1e-13)
  end)

  it("has no test where nothing is left to chance", function()
    local function test(strata, population)
      local rows = {}
      for h, cell in ipairs { { "Yes", "A", 3 }, { "No", "A", 4 }, { "Yes", "B", 3 }, { "No", "B", 5 } } do
        for _ = 1, cell[3] do rows[#rows + 1] = { "s" .. h, cell[2], cell[1], 7 / cell[3] } end
      end
      return assay.survey { answers = assay.frame { columns = { "s", "g", "q", "w" }, rows = rows }, questions = "q",
        values = { yes = "Yes", no = "No" }, strata = strata, population = population, weight = strata and "w",
      }:independence("q", { by = "g" })
    end
    for _, found in ipairs { test(nil, 15), test("s", { s1 = 20, s2 = 30, s3 = 31, s4 = 17 }) } do
      assert.equal("undefined", found.status)
      assert.equal(0, found.mean_deff)
      assert.same({}, { found.chi_squared, found.chi_squared_p_value, found.statistic, found.p_value })
    end
  end)

  it("has no test where there is nothing to test", function()
    local one = api.survey "strat":independence("awards", { by = "stype", where = { stype = "E" } })
    assert.equal("undefined", one.status)
    assert.is_nil(one.statistic)
    assert.is_nil(one.chi_squared)
  end)

  it("refuses what it does not know", function()
    local survey = api.survey "strat"
    assert.matches("unknown question 'award'", refusal(survey.independence, survey, "award", { by = "stype" }))
    assert.matches("unknown column 'stypes'", refusal(survey.independence, survey, "awards", { by = "stypes" }))
    assert.matches("'by' is needed", refusal(survey.independence, survey, "awards", {}))
  end)
end)
