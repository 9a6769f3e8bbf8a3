-- replicate_spec.lua: surveys with replicates.

local assay = require "assay"
local reference = require "reference"
local support = require "support"
local refusal = support.refusal

local values = { yes = "Yes", no = "No", not_applicable = "NA" }

local function survey(more)
  local options = { questions = "awards", values = values, confidence = 0.8, strata = "stype",
    population = { E = 4421, H = 755, M = 1018 }, answers = assay.read("tests/reference/api_strat.csv", { skip = 1 }) }
  for key, value in pairs(more or {}) do options[key] = value end
  return assay.survey(options)
end

--- The value of api_statistics.csv for the stratified sample.
local function of_r(statistic)
  return tonumber(reference.rows("api_statistics.csv", function(r)
    return r.design == "strat" and r.statistic == statistic
  end)[1].value)
end

local function near(want, got, close) assert.near(want, got, (close or 1e-12) * math.abs(want)) end

describe("survey:replicates", function()
  it("has the jackknife of R's survey", function()
    local s = survey()
    local jack = s:replicates { method = "jackknife" }
    for prefix, where in pairs { [""] = false, domain_ = { stype = "H" } } do
      where = where or nil
      near(of_r(prefix .. "jk_mean_se"), jack:mean("enroll", { where = where }).se)
      near(of_r(prefix .. "jk_total_se"), jack:total("enroll", { where = where }).se)
      near(of_r(prefix .. "jk_ratio_se"), jack:ratio("api_stu", "enroll", { where = where }).se)
      near(of_r(prefix .. "jk_proportion_se"), jack:proportion("awards", { where = where }).se)
    end
    local mean = jack:mean "enroll"
    assert.same({ "jackknife", 200, "t" }, { mean.variance, mean.replicates, mean.method })
    assert.equal("by 200 jackknife replicates", mean.flags[1])
    assert.equal("linearised", s:mean "enroll".variance) -- the old one is as it was
  end)

  it("calibrates each of them anew, before or after", function()
    local jack = { method = "jackknife" }
    local totals = { by = "won", totals = { No = 1994, Yes = 4200 } }
    -- a column of the answers, beside the question
    local function with_award()
      local rows = assay.read("tests/reference/api_strat.csv", { skip = 1 })
      return survey { answers = rows:derive("won", function(row) return row.awards end) }
    end
    for _, s in ipairs {
      with_award():poststratify(totals):replicates(jack), with_award():replicates(jack):poststratify(totals),
    } do
      near(of_r "jk_post_mean", s:mean "api00".estimate)
      near(of_r "jk_post_mean_se", s:mean "api00".se)
      near(of_r "jk_post_ratio_se", s:ratio("api_stu", "enroll").se)
    end
  end)

  it("follows from n and seed alone", function()
    local a, b = survey():replicates { n = 1000, seed = "s1" }, survey():replicates { n = 1000, seed = "s1" }
    local c = survey():replicates { n = 1000, seed = "s2" }
    assert.equal(a:mean "enroll".se, b:mean "enroll".se)
    assert.not_equal(a:mean "enroll".se, c:mean "enroll".se)
    assert.same({ "rao_wu", 1000 }, { a:mean "enroll".variance, a:mean "enroll".replicates })
    assert.equal(a:proportion "awards".se, a:proportion("awards", { method = "wald_t" }).se)
  end)

  it("comes near the linearised error, for every kind of estimate", function()
    local s = survey()
    local r = s:replicates { n = 2000, seed = "near" }
    -- the chance in 2000 replicates is 1/sqrt(4000); 5 of these
    for name, ask in pairs {
      mean = function(x) return x:mean("enroll").se end,
      total = function(x) return x:total("enroll").se end,
      ratio = function(x) return x:ratio("api_stu", "enroll").se end,
      proportion = function(x) return x:proportion("awards").se end,
      domain = function(x) return x:mean("enroll", { where = { stype = "M" } }).se end,
      yes = function(x) return x:total("awards").se end,
    } do
      assert.is_true(math.abs(ask(r) / ask(s) - 1) < 5 / math.sqrt(4000), name)
    end
    local q = r:quantile("api00", { method = "percentile" })
    assert.same({ "rao_wu", "percentile", 668 }, { q.variance, q.method, q.estimate })
    assert.is_true(q.lower < 668 and 668 < q.upper and q.se > 0)
    local m = r:mean("enroll", { method = "percentile" })
    assert.is_true(math.abs(m.lower - s:mean("enroll").lower) < 0.2 * m.half_width)
  end)

  it("serves tables of questions and groups", function()
    local r = survey():replicates { n = 1000, seed = "table" }
    local f = r:proportions({ "awards" }, { by = "stype", method = "percentile" })
    for i, stype in ipairs { "E", "H", "M" } do
      local p = r:proportion("awards", { where = { stype = stype }, method = "percentile" })
      local at
      for row = 1, 3 do at = f:column "stype"[row] == stype and row or at end
      assert.same({ p.lower, p.upper, "percentile" }, { f:column "lower"[at], f:column "upper"[at], f:column "method"[at] }, i)
    end
  end)

  it("says that they are few, and which have no estimate", function()
    local s = assay.survey { questions = "awards", values = values, confidence = 0.8, weight = "pw",
      answers = assay.read("tests/reference/api_strat.csv", { skip = 1 }):head(12) }
    local m = s:replicates { n = 50, seed = "few" }:mean("enroll", { where = { stype = "M" } })
    assert.equal("by 50 rao_wu replicates", m.flags[1])
    assert.equal("only 50 replicates: a standard error from them is off by 10 % or so", m.flags[2])
    assert.matches("^%d+ of 50 replicates have no estimate$", m.flags[3])
  end)

  it("refuses what it cannot do", function()
    local s = survey()
    local function message(f) return refusal(f).message end
    assert.equal("'n' is needed: how many replicates, 1000 or more", message(function() s:replicates { seed = "s" } end))
    assert.equal("'seed' is needed, such as assay.seed() gives", message(function() s:replicates { n = 1000 } end))
    assert.matches("from 2 to 1000000 replicates", message(function() s:replicates { n = 1, seed = "s" } end))
    assert.matches("seed is 1 to 64", message(function() s:replicates { n = 1000, seed = "a b" } end))
    assert.matches("'n' means nothing for the jackknife",
      message(function() s:replicates { method = "jackknife", n = 5 } end))
    assert.matches("did you mean 'jackknife'", message(function() s:replicates { method = "jacknife" } end))
    local jack = s:replicates { method = "jackknife" }
    assert.matches("gives no variance of a quantile", message(function() jack:quantile "api00" end))
    assert.matches("percentile limits", message(function() jack:mean("api00", { method = "percentile" }) end))
    assert.matches("percentile limits", message(function() jack:proportion("awards", { method = "percentile" }) end))
    assert.matches("made of counts", message(function() jack:proportion("awards", { method = "yan_su" }) end))
    assert.matches("not capped", message(function()
      jack:proportion("awards", { method = "korn_graubard", cap = true })
    end))
    assert.matches("'korn_graubard' is made from a proportion, not from replicates",
      message(function() s:replicates { n = 10, seed = "s" }:quantile("api00", { method = "korn_graubard" }) end))
    assert.matches("'percentile' is for surveys with replicates",
      message(function() s:proportion("awards", { method = "percentile" }) end))
    local clus2 = assay.survey { questions = "awards", values = values, cluster = "dnum", population = 757,
      cluster_population = "fpc2", answers = assay.read("tests/reference/api_clus2.csv", { skip = 2 }) }
    assert.matches("drawn in two stages", message(function() clus2:replicates { method = "jackknife" } end))
    local one = survey { answers = assay.read("tests/reference/api_strat.csv", { skip = 1 }):where { stype = { "E", "M" } }
      :append(assay.read("tests/reference/api_strat.csv", { skip = 1 }):where { stype = "H" }:head(1)) }
    assert.matches("stratum 'H' has a population of 755 and one case in the sample",
      message(function() one:replicates { method = "jackknife" } end))
  end)
end)
