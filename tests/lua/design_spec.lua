-- design_spec.lua: surveys whose design is told by columns of the answers.

local assay = require "assay"
local reference = require "reference"
local support = require "support"
local refusal = support.refusal

local values = { yes = "Yes", no = "No", not_applicable = "NA" }

-- ---- R's survey on its own data --------------------------------------------------------------

local comments = { api_strat = 1, api_clus1 = 1, api_clus2 = 2 }

local function api(name) return assay.read(("tests/reference/%s.csv"):format(name), { skip = comments[name] }) end

--- The designs of api.csv, as options of a survey.
local designs = {
  strat = { "api_strat", strata = "stype", population = { E = 4421, H = 755, M = 1018 } },
  strat_nofpc = { "api_strat", strata = "stype", weight = "pw" },
  srs_nofpc = { "api_strat", weight = "pw" },
  clus1 = { "api_clus1", cluster = "dnum", population = 757, weight = "pw" },
  clus1_nofpc = { "api_clus1", cluster = "dnum", weight = "pw" },
  clus2 = { "api_clus2", cluster = "dnum", population = 757, cluster_population = "fpc2" },
  clus2_nofpc = { "api_clus2", cluster = "dnum", weight = "pw" },
}

local function survey_of(name, more)
  local options = { questions = "awards", values = values, confidence = 0.8 }
  for key, value in pairs(designs[name]) do options[key] = value end
  options.answers, options[1] = api(options[1]), nil
  for key, value in pairs(more or {}) do options[key] = value end
  return assay.survey(options)
end

local fields = { df = "df", proportion = "estimate", proportion_se = "se", proportion_deff = "deff",
  proportion_beta_lower = "lower", proportion_beta_upper = "upper" }

describe("a survey of columns", function()
  it("has the proportions of R's survey", function()
    local n = 0
    for name in pairs(designs) do
      local p = survey_of(name):proportion("awards", { method = "korn_graubard" })
      for _, row in ipairs(reference.rows("api.csv", function(r) return r.design == name and fields[r.statistic] end)) do
        local want, close = tonumber(row.value), row.statistic:find "beta" and 1e-10 or 1e-12
        assert.is_true(math.abs(p[fields[row.statistic]] - want) <= close * want, name .. " " .. row.statistic)
        n = n + 1
      end
    end
    assert.equal(7 * 5 + 3, n)
  end)

  it("heads its print with what the design is", function()
    local function head(name) return tostring(survey_of(name)):match "^(.-)\n%d+ cases selected" end
    assert.equal("200 cases of 6194, in 3 strata by stype\nweights: cases of the stratum for each in the answers",
      head "strat")
    assert.equal("200 cases of a population without end, without correction for how much of it was sampled, in 3 strata by "
      .. "stype\nweights: column 'pw', from 15.100 to 44.210, 6194.0 in all", head "strat_nofpc")
    assert.equal("183 cases of 15 clusters ('dnum') of 757\nwhat was done within clusters is not known: variances are those "
      .. "between clusters\nweights: column 'pw', from 33.847 to 33.847, 6194.0 in all", head "clus1")
    assert.equal("126 cases of 40 clusters ('dnum') of 757\nof each cluster the answers have a simple random sample\n"
      .. "weights: clusters of the population for each in the answers, times cases of the cluster for each in them", head "clus2")
  end)

  it("takes populations as numbers, a table, a frame, or a list of all clusters", function()
    local frame = assay.frame { columns = { "stype", "population" }, rows = { { "M", 1018 }, { "H", 755 }, { "E", 4421 },
      { "X", 0 } } }
    local want = survey_of "strat":proportion "awards"
    assert.same(want, survey_of("strat", { population = frame }):proportion "awards")
    local rows, seen = {}, {}
    for row in api "api_clus2":rows() do
      if not seen[row.dnum] then rows[#rows + 1] = { row.dnum, row.fpc2 } end
      seen[row.dnum] = true
    end
    for i = #rows + 1, 757 do rows[i] = { 10000 + i, 3 } end
    local clusters = assay.frame { columns = { "dnum", "population" }, rows = rows }
    assert.same(survey_of "clus2":proportion "awards", assay.survey { answers = api "api_clus2", cluster = "dnum",
      population = clusters, questions = "awards", values = values, confidence = 0.8 }:proportion "awards")
  end)

  it("says what the survey of a sample does", function()
    local sample = assay.plan { frame = support.cases(50), strata = { "gender", "unit" }, size = 20, confidence = 0.80 }
      :draw { seed = "s1" }
    local rows, population = {}, {}
    for row in sample.cases:rows() do
      rows[#rows + 1] = { row.case_id, row.gender, row.unit, row.rank % 3 == 0 and "No" or row.rank % 4 == 0 and "NA" or "Yes" }
    end
    for row in sample.plan.strata:rows() do population[row.stratum] = row.population end
    local answers = assay.frame { columns = { "case_id", "gender", "unit", "q" }, rows = rows, id = "case_id" }
    local of_sample = assay.survey { answers = answers:select { "case_id", "q" }, sample = sample, values = values }
    local of_columns = assay.survey { answers = answers, strata = { "gender", "unit" }, population = population,
      values = values, confidence = 0.80 }
    assert.same({ "q" }, of_columns.questions)
    assert.is_nil(of_columns.sample)
    assert.is_nil(of_columns.status)
    local p = of_columns:proportion "q"
    p.flags = of_sample:proportion "q".flags -- the margin is the plan's
    assert.same(of_sample:proportion "q", p)
    for _, method in ipairs { "exact_combined" } do
      assert.equal(of_sample:proportion("q", { method = method }).lower, of_columns:proportion("q", { method = method }).lower)
    end
  end)

  it("needs a confidence of its own", function()
    local survey = assay.survey { answers = api "api_strat", questions = "awards", values = values }
    assert.matches("'confidence' is needed: neither the survey nor the call has one",
      refusal(survey.proportion, survey, "awards").message, 1, true)
    assert.equal(0.9, survey:proportion("awards", { confidence = 0.9 }).confidence)
  end)

  it("puts strata together that have one case", function()
    local rows = { { "A", "Yes" }, { "B", "Yes" }, { "B", "No" }, { "C", "No" }, { "D", "Yes" }, { "D", "No" } }
    local answers = assay.frame { columns = { "h", "q" }, rows = rows }
    local function se(given, more)
      local options = { answers = answers, strata = "h", values = values, population = { A = 5, B = 9, C = 4, D = 7 },
        confidence = 0.8, lonely = "collapse", neighbours = given }
      for key, value in pairs(more or {}) do options[key] = value end
      return assay.survey(options):proportion("q").se
    end
    -- u = weight (y - p), p = 13 / 25, about the means of those put together; the rest is (1 - n/N) n / (n - 1)
    local function by_hand(groups)
      local v = 0
      for _, group in ipairs(groups) do
        local n, mean, squares = #group - 1, 0, 0
        for i = 2, #group do mean = mean + group[i] / n end
        for i = 2, #group do squares = squares + (group[i] - mean) ^ 2 end
        v = v + (1 - n / group[1]) * n / (n - 1) * squares
      end
      return math.sqrt(v) / 25
    end
    local p = (5 + 4.5 + 3.5) / 25
    local A, B1, B2, C, D1, D2 = 5 * (1 - p), 4.5 * (1 - p), -4.5 * p, -4 * p, 3.5 * (1 - p), -3.5 * p
    assert.near(by_hand { { 14, A, B1, B2 }, { 11, C, D1, D2 } }, se(), 1e-14)
    assert.near(by_hand { { 9, A, C }, { 9, B1, B2 }, { 7, D1, D2 } }, se { A = "C", C = "A" }, 1e-14)
    assert.matches("unknown stratum 'X'", refusal(se, { A = "X" }).message, 1, true)
    assert.matches("'neighbours' goes with lonely = \"collapse\"",
      refusal(se, { A = "C" }, { lonely = "adjust" }).message, 1, true)
    assert.matches("stratum 'A' has a population of 5 and one case in the sample, which gives no variance",
      refusal(se, nil, { lonely = "fail" }).message, 1, true)
  end)

  it("knows a lonely cluster by its name", function()
    local answers = assay.frame { columns = { "office", "q", "of" }, rows = { { "Bray", "Yes", 4 }, { "Bray", "No", 4 },
      { "Cole", "No", 6 }, { "Dent", "Yes", 1 } } }
    local survey = assay.survey { answers = answers, cluster = "office", cluster_population = "of", population = 5,
      questions = "q", values = values, confidence = 0.8 }
    assert.matches("cluster 'Cole' has a population of 6 and one case in the sample, which gives no variance",
      refusal(survey.proportion, survey, "q").message, 1, true)
  end)

  it("may have no questions, and takes columns of numbers for none", function()
    local survey = assay.survey { answers = api "api_strat":select { "api00", "pw" }, weight = "pw" }
    assert.same({}, survey.questions)
    assert.same({ "api00" }, survey.other_columns)
    local digits = assay.frame { columns = { "q", "days", "seen" }, rows = { { 1, 40, "2018-11-05" }, { 0, 31, "2018-11-06" } } }
    assert.same({ "days", "seen" }, assay.survey { answers = digits, questions = "q",
      values = { yes = "1", no = "0" } }.other_columns)
    assert.matches("'40' is none of 1, 0, and so are 1 more",
      refusal(assay.survey, { answers = digits, values = { yes = "1", no = "0" } }).message, 1, true)
  end)

  it("is rated by a framework", function()
    local framework = assay.framework { title = "one", values = values, scale = "probation-2018",
      standards = { { id = "1", name = "Work", questions = { { id = "1.1", text = "Is it good?" } } } } }
    local rows = {}
    for i = 1, 30 do rows[i] = { i, i % 3 == 0 and "No" or "Yes" } end
    local survey = assay.survey { answers = assay.frame { columns = { "id", "1.1" }, rows = rows, id = "id" },
      population = 60, framework = framework, confidence = 0.8 }
    assert.equal(67, framework:annex({ survey }):column("percent")[2])
  end)
end)

-- ---- what does not go ------------------------------------------------------------------------

describe("a survey of columns refuses", function()
  local rows = { { "a", "N", "u1", 1.5, "Yes" }, { "b", "N", "u1", 2, "No" }, { "c", "S", "u2", 3, "Yes" },
    { "d", "S", "u3", 1, "NA" } }

  local function refused(options, change)
    local own = {}
    for i, row in ipairs(rows) do own[i] = table.move(row, 1, 5, 1, {}) end
    if change then change(own) end
    options.answers = assay.frame { columns = { "id", "area", "office", "w", "q" }, rows = own }
    options.values, options.questions = values, options.questions or "q"
    return refusal(assay.survey, options)
  end

  local function message(...) return refused(...).message end

  it("populations that do not go with the strata", function()
    assert.equal("stratum 'N' has a population of 1 and 2 cases in the sample",
      message { strata = "area", population = { N = 1, S = 7 } })
    assert.equal("population lacks strata that the answers have: 'S' (2 cases)",
      message { strata = "area", population = { N = 4 } })
    assert.equal("population has strata of which the answers have no case: 'W' (9)",
      message { strata = "area", population = { N = 4, S = 7, W = 9, X = 0 } })
    assert.equal("population must say how many cases each of the 2 strata has: { [label] = N }, or a Frame",
      message { strata = "area", population = 12 })
    assert.matches("population must be a number of cases from 1 on, not -3", message { population = -3 }, 1, true)
    assert.matches("population of 'N' must be a count from 0 on, not 4.5",
      message { strata = "area", population = { N = 4.5, S = 4 } }, 1, true)
    assert.matches("population must be a number, a table of numbers by stratum, or a Frame",
      message { strata = "area", population = { 4, 5 } }, 1, true)
    assert.equal("some strata have a population and some have none: give 'weight', which says how they compare",
      message { strata = "area", population = { N = math.huge, S = 4 } })
  end)

  it("frames of populations that do not hold one for each stratum", function()
    local function frame(list, columns)
      return { strata = "area", population = assay.frame { columns = columns or { "area", "population" }, rows = list } }
    end
    assert.equal("row 3: stratum 'N' stands twice in the population", message(frame { { "N", 4 }, { "S", 5 }, { "N", 6 } }))
    assert.equal("row 2: column 'population' is -5, where a whole number from 0 on is needed; so is 1 of 2 rows",
      message(frame { { "N", 4 }, { "S", -5 } }))
    assert.equal("row 1: column 'population' has no value; 1 of 2 rows have none", message(frame { { "N" }, { "S", 5 } }))
    assert.matches("unknown column of the population 'area': did you mean 'ares'",
      message(frame({ { "N", 4 } }, { "ares", "population" })), 1, true)
    assert.matches("column 'population' of the population must hold numbers: it holds text",
      message(frame { { "N", "many" }, { "S", "few" } }), 1, true)
  end)

  it("weights that are none", function()
    local err = refused({ weight = "w" }, function(own) own[2][4], own[3][4] = 0, -1 end)
    assert.equal("row 2: column 'w' is 0, where a weight is above 0; so are 2 of 4 rows", err.message)
    assert.same({ "data", 2 }, { err.kind, err.row })
    assert.equal("row 3: column 'w' has no value; 1 of 4 rows have none",
      message({ weight = "w" }, function(own) own[3][4] = nil end))
    assert.matches("column 'area' of the answers must hold numbers: it holds category", message { weight = "area" }, 1, true)
    assert.matches("unknown column of the answers 'ww': known are area", message { weight = "ww" }, 1, true)
  end)

  it("strata and clusters that are not there", function()
    assert.equal("row 1: column 'area' has no value; 2 of 4 rows have none", message({ strata = "area" }, function(own)
      own[1][2], own[4][2] = nil, nil
    end))
    assert.equal("row 4: column 'office' has no value; 1 of 4 rows have none",
      message({ cluster = "office" }, function(own) own[4][3] = nil end))
    assert.equal("cluster 'u1' is in stratum 'N' and in stratum 'S'",
      message({ strata = "area", cluster = "office" }, function(own) own[2][2] = "S" end))
  end)

  it("clusters that do not go with their populations", function()
    assert.equal("stratum 'all' has a population of 2 and 3 clusters in the sample",
      message { cluster = "office", population = 2 })
    assert.equal("cluster 'u1' has a population of 1 and 2 cases in the sample", message({ cluster = "office", population = 9,
      cluster_population = "w" }, function(own) for i = 1, 4 do own[i][4] = 1 end end))
    assert.equal("row 2: column 'w' has 4 for cluster 'u1', which had 3 before", message({ cluster = "office", population = 9,
      cluster_population = "w" }, function(own) for i = 1, 4 do own[i][4] = i + 2 end end))
    assert.matches("'cluster_population' goes with 'cluster'", message { cluster_population = "w" }, 1, true)
    local function clusters(list) return assay.frame { columns = { "office", "population" }, rows = list } end
    assert.equal("population lacks clusters that the answers have: 'u2' (in the answers), 'u3' (in the answers)",
      message { cluster = "office", population = clusters { { "u1", 5 }, { "u9", 4 } } })
    assert.equal("row 2: cluster 'u1' stands twice in the population",
      message { cluster = "office", population = clusters { { "u1", 5 }, { "u1", 4 } } })
    assert.matches("give the cases of each cluster once", message { cluster = "office", cluster_population = "w",
      population = clusters { { "u1", 5 } } }, 1, true)
  end)

  it("ids that stand twice, and options that a sample knows", function()
    assert.matches("column 'id' has the value of row 2 in an earlier row too",
      message({ id = "id" }, function(own) own[2][1] = "a" end), 1, true)
    assert.matches("unknown column of the answers 'idd'", message { id = "idd" }, 1, true)
    local sample = assay.plan { frame = support.cases(9), size = 3 }:draw { seed = "s" }
    for name, value in pairs { strata = "gender", weight = "w", cluster = "c", population = 4 } do
      assert.equal(("'%s' does not go with sample, whose design is known"):format(name),
        refusal(assay.survey, { answers = sample.cases, sample = sample, [name] = value }).message)
    end
  end)

  it("questions without values, and values that no answer may have, with their number", function()
    assert.matches("give framework, or values",
      refusal(assay.survey, { answers = support.cases(3), questions = "gender" }).message, 1, true)
    assert.equal("row 1, column 'area': 'N' is none of Yes, No, NA, and so are 3 more", message { questions = { "area", "q" } })
    assert.equal("'questions' names none", message { questions = {} })
    assert.matches("unknown column of the answers 'qq'", message { questions = { "qq" } }, 1, true)
    assert.equal("the answers have no row",
      refusal(assay.survey, { answers = assay.frame { columns = { "q" }, rows = {} } }).message)
  end)
end)
