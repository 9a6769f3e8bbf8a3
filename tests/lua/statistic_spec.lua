-- statistic_spec.lua: means, totals, ratios and quantiles.

local assay = require "assay"
local reference = require "reference"
local support = require "support"
local refusal = support.refusal

local values = { yes = "Yes", no = "No", not_applicable = "NA" }
local comments = { api_strat = 1, api_clus1 = 1, api_clus2 = 2 }

local designs = {
  strat = { "api_strat", strata = "stype", population = { E = 4421, H = 755, M = 1018 } },
  clus1 = { "api_clus1", cluster = "dnum", population = 757, weight = "pw" },
  clus2 = { "api_clus2", cluster = "dnum", population = 757, cluster_population = "fpc2" },
}

local function survey_of(name)
  local options = { questions = "awards", values = values, confidence = 0.8 }
  for key, value in pairs(designs[name]) do options[key] = value end
  options.answers = assay.read(("tests/reference/%s.csv"):format(options[1]), { skip = comments[options[1]] })
  options[1] = nil
  return assay.survey(options)
end

--- What the name of a statistic, such as domain_quantile_0.5_beta_se, asks for.
local function ask(survey, name)
  local where = name:find "^domain_" and { stype = "H" } or nil
  name = name:gsub("^domain_", "")
  local p, method = name:match "^quantile_(0%.%d+)_?(%a*)"
  if p then
    return survey:quantile("api00", { p = tonumber(p), where = where,
      method = method == "beta" and "korn_graubard" or "wald_t" })
  elseif name:find "^ratio" then
    return survey:ratio("api_stu", "enroll", { where = where })
  end
  return survey[name:match "^%a+"](survey, "enroll", { where = where })
end

local fields = { se = "se", lower = "lower", upper = "upper", deff = "deff" }

--- Six cases of 20, with what a list says of them.
local function small(rows, more)
  local list = {}
  for i, row in ipairs(rows) do list[i] = { "c" .. i, row[1], row[2], row[3], row[4] } end
  local options = { questions = "q1", values = values, population = 20, confidence = 0.8,
    answers = assay.frame { columns = { "case_id", "visits", "hours", "unit", "q1" }, rows = list, id = "case_id",
      types = { visits = "integer", hours = "number", unit = "text", q1 = "text" } } }
  for key, value in pairs(more or {}) do options[key] = value end
  return assay.survey(options)
end

local six = { { 2, 0.5, "A", "Yes" }, { 5, 1, "A", "No" }, { nil, 2, "B", "NA" }, { 9, 0, "B", nil }, { 1, 3, "A", "Yes" },
  { 7, 2.5, "B", "No" } }

describe("survey statistics", function()
  it("are those of R's survey", function()
    local n = 0
    for name in pairs(designs) do
      local survey = survey_of(name)
      for _, row in ipairs(reference.rows("api_statistics.csv", function(r)
        return r.design == name and not r.statistic:find "jk_"
      end)) do
        local found, want = ask(survey, row.statistic), tonumber(row.value)
        local got = found[fields[row.statistic:match "_(%a+)$"] or "estimate"]
        if not want then
          assert.is_nil(got)
        else
          assert.is_true(math.abs(got - want) <= 2e-12 * math.abs(want), name .. " " .. row.statistic)
        end
        n = n + 1
      end
    end
    assert.equal(178, n)
  end)

  it("leave out and count what is missing", function()
    local mean = small(six):mean "visits"
    assert.same({ 6, 1, 4.8, "t", "linearised", 4 }, { mean.n, mean.missing, mean.estimate, mean.method, mean.variance,
      mean.df })
    assert.equal("1 of 6 cases have no value and are outside", mean.flags[1])
    assert.equal("1 of 6 cases have no value and are outside: the total lacks them", small(six):total "visits".flags[1])
    assert.matches("│ estimate   │      4.800 │\n", tostring(mean), 1, true)
    assert.matches("\nnote: 1 of 6 cases", tostring(mean), 1, true)
  end)

  it("count the yes cases of a question", function()
    -- 2 of 6 are yes, one has no answer: 20/6 each
    local total = small(six):total "q1"
    assert.near(20 / 3, total.estimate, 1e-12)
    assert.equal(1, total.missing)
    -- y = 1 0 0 - 1 0 of 20, the one without an answer 0 in the variance: sum of squares 2 - 4/6
    assert.near(math.sqrt(400 * (1 - 6 / 20) / 6 * (2 - 4 / 6) / 5), total.se, 1e-12)
  end)

  it("come by groups, all in one frame", function()
    local survey = small(six)
    local f = survey:mean("visits", { by = "unit" })
    assert.same({ "A", "B" }, f:column("unit"):list())
    assert.near(8 / 3, f:column "estimate"[1], 1e-14)
    assert.equal(8, f:column "estimate"[2])
    assert.equal(1, f:column "missing"[2])
    assert.near(survey:mean("visits", { where = { unit = "A" } }).se, f:column "se"[1], 1e-14)
    local both = survey:quantile("hours", { p = { 0.25, 0.5 }, by = "unit", where = { hours = { above = 0 } } })
    assert.same({ 0.25, 0.5, 0.25, 0.5 }, both:column("p"):list())
    assert.same({ 0.5, 1, 2, 2 }, both:column("estimate"):list())
    local list = survey:quantile("hours", { p = { 0.1, 0.9 } })
    assert.same({ 0, 3 }, list:column("estimate"):list())
    assert.same({ "column", "p", "estimate" }, { table.unpack(list.columns, 1, 3) })
  end)

  it("say in a group's row what cannot be told", function()
    local rows = { { 1, 0, "A", "Yes" }, { 2, 0, "A", "No" }, { nil, 1, "B", "Yes" }, { nil, 2, "B", "No" } }
    local f = small(rows):mean("visits", { by = "unit" })
    assert.same({ "no_data" }, { f:column "status"[2] })
    assert.is_nil(f:column "estimate"[2])
    local g = small(rows):ratio("visits", "hours", { by = "unit" })
    assert.same({ "undefined", "no_data" }, g:column("status"):list())
  end)

  it("give the median by the rule of a proportion", function()
    local q = survey_of "strat":quantile "api00"
    assert.same({ "quantile", 0.5, 668, "wilson_neff", "woodruff" }, { q.statistic, q.p, q.estimate, q.method, q.variance })
  end)

  it("refuse what has no answer", function()
    local survey = small(six)
    local function message(f) return refusal(f).message end
    assert.equal("column 'unit' is of kind text: numbers are needed",
      message(function() survey:mean "unit" end))
    assert.matches("'q1' is a question: survey:proportion gives its share of yes", message(function() survey:mean "q1" end))
    assert.matches("visists", message(function() survey:mean "visists" end))
    assert.matches("'hours': its total over the 2 cases of the domain is 0",
      message(function()
        small { { 1, 0, "A", "Yes" }, { 2, 0, "B", "No" } }:ratio("visits", "hours")
      end), 1, true)
    assert.equal("'visits': none of the 1 cases of the domain has a value",
      message(function() survey:mean("visits", { where = { hours = { min = 2, max = 2 } } }) end))
    assert.matches("p must be a share between 0 and 1, not 0", message(function() survey:quantile("hours", { p = 0 }) end))
    assert.matches("p is a share between 0 and 1: 50? write 0.50",
      message(function() survey:quantile("hours", { p = { 50 } }) end), 1, true)
    assert.matches("p needs a share", message(function() survey:quantile("hours", { p = {} }) end))
    assert.matches("'percentile' needs replicates", message(function() survey:quantile("hours", { method = "percentile" }) end))
    assert.matches("percentile limits are those of rao_wu replicates",
      message(function() survey:mean("hours", { method = "percentile" }) end))
    assert.matches("unknown option 'methd': did you mean 'method'", message(function() survey:mean("hours", { methd = "t" }) end))
    assert.matches("'confidence' is needed", message(function()
      local options = { questions = "q1", values = values, population = 20, answers = survey._units }
      assay.survey(options):mean "hours"
    end))
  end)

  it("say that no case is in a domain", function()
    local none = small(six):mean("hours", { where = { hours = { above = 99 } } })
    assert.same({ 0, "no_data" }, { none.n, none.status })
    assert.is_nil(none.estimate)
  end)
end)
