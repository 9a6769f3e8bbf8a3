local assay = require "assay"
local reference = require "reference"
local support = require "support"
local refusal = support.refusal

local values = { yes = "Yes", no = "No", not_applicable = "NA" }

--- 300 cases; gender, unit and age do not go together.
local function cases(private)
  local rows = {}
  for i = 1, 300 do
    rows[i] = { ("%04d"):format(i), i % 3 == 0 and "F" or "M", ("ABC"):sub(i * 7 // 4 % 3 + 1, i * 7 // 4 % 3 + 1),
      18 + i * i % 41 }
  end
  return assay.frame { columns = { "case_id", "gender", "unit", "age" }, rows = rows, id = "case_id",
    types = { gender = "category", unit = "category" }, private = private }
end

--- A survey of 41 of them, of which every sixth has no answers and every seventh "NA".
local function survey(private)
  local sample = assay.plan { frame = cases(private), strata = "gender", size = 41, confidence = 0.80 }:draw { seed = "w1" }
  local rows = {}
  for row in sample.cases:rows() do
    local i = #rows + 1
    rows[i] = { row.case_id, i % 6 ~= 0 and (i % 7 == 0 and "NA" or i % 5 < 3 and "Yes" or "No") or nil }
  end
  local answers = assay.frame { columns = { "case_id", "q1" }, rows = rows, id = "case_id", types = { q1 = "text" } }
  return assay.survey { sample = sample, answers = answers, values = values }, rows
end

local genders, units = { F = 100, M = 200 }, { A = 90, B = 111, C = 99 }

--- The units with their answers and weights.
local function rows_of(s, answers)
  local list, weights = {}, s:weights():column "weight":list()
  for row in s.sample.cases:rows() do
    local i = #list + 1
    list[i] = { gender = row.gender, unit = row.unit, age = row.age, weight = weights[i], answer = answers[i][2] }
  end
  return list
end

local function sum(rows, f)
  local total = 0
  for _, row in ipairs(rows) do total = total + f(row) end
  return total
end

describe("weighting", function()
  it("rakes as iterative proportional fitting does", function()
    local s, answers = survey()
    local rows, raked = rows_of(s, answers), rows_of(s:rake { gender = genders, unit = units }, answers)
    for _ = 1, 500 do
      for column, totals in pairs { gender = genders, unit = units } do
        for level, total in pairs(totals) do
          local have = sum(rows, function(row) return row[column] == level and row.weight or 0 end)
          for _, row in ipairs(rows) do
            if row[column] == level then row.weight = row.weight * total / have end
          end
        end
      end
    end
    for i, row in ipairs(rows) do assert.near(row.weight, raked[i].weight, 1e-10) end
  end)

  it("leaves the old survey as it was", function()
    local s, answers = survey()
    local before, estimate, printed = rows_of(s, answers), s:proportion "q1".estimate, tostring(s)
    local raked = s:rake { gender = genders, unit = units }
    assert.same(before, rows_of(s, answers))
    assert.equal(estimate, s:proportion "q1".estimate)
    assert.equal(printed, tostring(s))
    assert.is_nil(s.weighting)
    assert.is_nil(s.margins)
    assert.equal("raking", raked.weighting.method)
  end)

  it("estimates under the new weights, with errors by residuals", function()
    -- post-strata within strata of gender: v = sum of (1-f) n/(n-1) sum (u - U)^2, u = w (z - its mean in the unit)
    local s, answers = survey()
    local weighted = s:poststratify { by = "unit", totals = units }
    local rows, p = rows_of(weighted, answers), weighted:proportion "q1"
    local relevant = sum(rows, function(row) return (row.answer == "Yes" or row.answer == "No") and row.weight or 0 end)
    local share = sum(rows, function(row) return row.answer == "Yes" and row.weight or 0 end) / relevant
    assert.near(share, p.estimate, 1e-14)
    for _, row in ipairs(rows) do
      row.z = row.answer == "Yes" and (1 - share) / relevant or row.answer == "No" and -share / relevant or 0
    end
    local v = 0
    for level in pairs(units) do -- within a post-stratum weights are in proportion to those before
      local of = sum(rows, function(row) return row.unit == level and row.weight or 0 end)
      local mean = sum(rows, function(row) return row.unit == level and row.weight * row.z or 0 end) / of
      for _, row in ipairs(rows) do
        if row.unit == level then row.u = row.weight * (row.z - mean) end
      end
    end
    for gender, N in pairs(genders) do
      local n = sum(rows, function(row) return row.gender == gender and 1 or 0 end)
      local mean = sum(rows, function(row) return row.gender == gender and row.u or 0 end) / n
      v = v + (1 - n / N) * n / (n - 1)
        * sum(rows, function(row) return row.gender == gender and (row.u - mean) ^ 2 or 0 end)
    end
    assert.near(math.sqrt(v), p.se, 1e-14)
    assert.near(p.share, s:proportion "q1".share, 0)
  end)

  it("says what was asked for and what came of it", function()
    local weighted = survey():calibrate { method = "logit", bounds = { 0.4, 2.2 }, totals = { gender = genders, age = 11300 } }
    local m = weighted.margins
    assert.same({ "variable", "level", "target", "achieved", "difference" }, m.columns)
    assert.same({ "age", "gender", "gender" }, m:column "variable":list())
    assert.same({ nil, "F", "M" }, m:column "level":list())
    assert.same({ 11300, 100, 200 }, m:column "target":list())
    assert.same({ 0, 0, 0 }, m:column "difference":list())
    local about = weighted.weighting
    assert.equal(41, about.cases)
    assert.near(300, about.sum, 1e-10)
    assert.near(about.max / about.min, about.ratio, 1e-14)
    local w = weighted:weights():column "weight":list()
    local total, squares = 0, 0
    for _, weight in ipairs(w) do total, squares = total + weight, squares + weight * weight end
    assert.near(41 * squares / total ^ 2, about.deff, 1e-13)
    assert.matches("weights by logit: .* design effect", tostring(weighted))
    assert.matches("11300.000 │ 11300.000 │      0.000", tostring(weighted), 1, true)
    assert.matches("│ ratio ", tostring(about), 1, true)
  end)

  it("takes frames, crossed columns and shares", function()
    local s, answers = survey()
    local by_table = { ["A / F"] = 30, ["A / M"] = 60, ["B / F"] = 40, ["B / M"] = 71, ["C / F"] = 30, ["C / M"] = 69 }
    local list, shares = {}, {}
    for _, label in ipairs { "A / F", "A / M", "B / F", "B / M", "C / F", "C / M" } do
      list[#list + 1] = { label:sub(1, 1), label:sub(5), by_table[label] }
      shares[label] = by_table[label] / 300
    end
    local frame = assay.frame { columns = { "unit", "gender", "total" }, rows = list }
    local want = rows_of(s:poststratify { by = { "unit", "gender" }, totals = by_table }, answers)
    local ways = {
      s:poststratify { by = { "unit", "gender" }, totals = frame }, s:rake { ["unit / gender"] = by_table },
      s:rake({ ["unit / gender"] = shares }, { population = 300 }),
      s:poststratify { by = { "unit", "gender" }, totals = shares, population = 300 },
      s:calibrate { totals = { ["unit / gender"] = frame } },
    }
    for _, way in ipairs(ways) do
      for i, row in ipairs(rows_of(way, answers)) do assert.near(want[i].weight, row.weight, 1e-11) end
    end
    local counted = s:rake { gender = cases():count "gender" } -- its column `cases`
    assert.same({ 100, 200 }, counted.margins:column "target":list())
    counted = s:rake({ gender = cases():count "gender" }, { population = 300 }) -- its column `share`
    assert.near(200, counted.margins:column "target"[2], 1e-12)
  end)

  it("raises the weights of those who answered", function()
    local s, answers = survey()
    local weighted = s:nonresponse { by = "unit" }
    local before, rows = rows_of(s, answers), rows_of(weighted, answers)
    for level in pairs(units) do
      local all, answered = 0, 0
      for _, row in ipairs(before) do
        if row.unit == level then
          all, answered = all + row.weight, answered + (row.answer and row.weight or 0)
        end
      end
      for i, row in ipairs(rows) do
        if row.unit == level then
          assert.near(row.answer and before[i].weight * all / answered or 0, row.weight, 1e-12)
        end
      end
    end
    assert.same({ "unit", "cases", "responded", "factor" }, weighted.classes.columns)
    assert.equal(6, weighted.weighting.zero)
    assert.equal(35, weighted.weighting.cases)
    local raked = weighted:rake { gender = genders, unit = units }
    assert.equal("non-response, raking", raked.weighting.method)
    assert.equal(6, raked.weighting.zero)
    assert.same({ 0, 0, 0, 0, 0 }, raked.margins:column "difference":list())
    local older = s:nonresponse { responded = { age = { min = 30 } } }
    assert.equal(41 - older.weighting.zero, #s.sample.cases:where { age = { min = 30 } })
  end)

  it("trims, and says that margins are off", function()
    local s = survey()
    local raked = s:rake { gender = genders, unit = { A = 60, B = 131, C = 109 } }
    local trimmed = raked:trim { upper = 1.15, unit = "median" }
    local about, most = trimmed.weighting, 1.15 * raked.weighting.median
    assert.equal(most, about.max)
    assert.near(300, about.sum, 1e-10)
    assert.matches("^of the weights [1-9]%d* were cut to %d", about.flags[1])
    assert.matches("^margins of raking: %w+ = . is %-?[%d.]+ off its total of ", about.flags[2])
    local worst = 0
    for _, off in ipairs(trimmed.margins:column "difference":list()) do worst = math.max(worst, math.abs(off)) end
    assert.is_true(worst > 0.1)
    assert.matches("note: margins of raking", tostring(trimmed), 1, true)
    assert.equal(about.max, raked:trim { upper = most }.weighting.max)
    assert.is_true(raked:trim { lower = 0.9, unit = "mean" }.weighting.min >= 0.9 * 300 / 41 - 1e-12)
  end)

  it("flags weights below 0 and totals that say nothing new", function()
    local s = survey()
    local weighted = s:calibrate { totals = { gender = genders, age = 300 * 55 } }
    assert.is_true(weighted.weighting.negative > 0)
    assert.matches(("^%d weights are below 0"):format(weighted.weighting.negative), weighted.weighting.flags[1])
    assert.is_nil(weighted.weighting.ratio)
    local below = ("%d of 41 weights are not from 0 on: a weighting needs such ones"):format(weighted.weighting.negative)
    assert.equal(below, refusal(function() weighted:rake { gender = genders } end).message)
    assert.equal(below, refusal(function() weighted:trim { upper = 30 } end).message)
    assert.equal(below, refusal(function() weighted:nonresponse() end).message)
    local same = s:calibrate { totals = { gender = genders, ["gender / unit"] = cases():count("gender", "unit") } }
    assert.matches("totals say what others say already", same.weighting.flags[1])
    assert.same({}, s:rake { gender = genders, unit = units }.weighting.flags)
  end)

  it("names what does not fit, with counts", function()
    local s = survey()
    local function message(f) return refusal(f).message end
    assert.matches("^'unit' has no total for 'C' %(%d+ cases%)$", message(function() s:rake { unit = { A = 1, B = 2 } } end))
    assert.equal("no case has 'unit' = 'D' (total 4)",
      message(function() s:rake { unit = { A = 1, B = 2, C = 3, D = 4, E = 0 } } end))
    assert.equal("the totals of 'gender' come to 300, those of 'unit' to 301",
      message(function() s:rake { gender = genders, unit = { A = 91, B = 111, C = 99 } } end))
    assert.equal("the totals of 'cases' come to 301, those of 'gender' to 300",
      message(function() s:calibrate { totals = { gender = genders }, cases = 301 } end))
    assert.matches("^the total of 'unit' = 'C' is 0, but %d+ cases have it$",
      message(function() s:poststratify { by = "unit", totals = { A = 1, B = 2, C = 0 } } end))
    assert.equal("the shares of 'gender' come to 0.9, not to 1",
      message(function() s:rake({ gender = { F = 0.4, M = 0.5 } }, { population = 300 }) end))
    assert.equal("the margins cannot be met together: without 'age' or 'gender' the others can",
      message(function() s:calibrate { method = "raking", totals = { gender = genders, age = 300 * 60 } } end))
    assert.matches("the margins cannot be met together within the bounds: without ", message(function()
      s:calibrate { method = "logit", bounds = { 0.99, 1.01 }, totals = { gender = genders, age = 12000 } }
    end))
    assert.equal("usage", refusal(function()
      s:calibrate { method = "raking", totals = { gender = genders, age = 300 * 60 } }
    end).kind)
    assert.matches("all weights at the upper bound come to", message(function() s:trim { upper = 2 } end))
  end)

  it("meets totals that are far from what the weights come to", function()
    local rows = {}
    for i = 1, 30 do rows[i] = { i % 2 == 0 and "F" or "M", ("pqr"):sub(i % 3 + 1, i % 3 + 1), i, 1, "Yes" } end
    local s = assay.survey { answers = assay.frame { columns = { "gender", "unit", "age", "w", "q1" }, rows = rows },
      weight = "w", questions = "q1", values = values }
    for _, N in ipairs { 1e-6, 22000, 1e6, 1e12 } do
      local gender, unit = { F = 0.4 * N, M = 0.6 * N }, { p = 0.3 * N, q = 0.3 * N, r = 0.4 * N }
      for _, weighted in ipairs { s:rake { gender = gender, unit = unit },
        s:calibrate { method = "raking", totals = { gender = gender, age = 18 * N } } } do
        assert.near(1, weighted.weighting.sum / N, 1e-9)
        for row in weighted.margins:rows() do assert.equal(0, row.difference) end
      end
    end
  end)

  it("names a total that numbers of one sign cannot have", function()
    local s = survey()
    for _, total in ipairs { 0, -5 } do
      assert.equal(("the total of 'age' is %d, but 41 cases are above 0 and none below"):format(total),
        refusal(function() s:calibrate { method = "raking", totals = { age = total } } end).message)
    end
    assert.is_true(s:calibrate { totals = { age = 0 } }.weighting.negative > 0)
  end)

  it("leaves a domain in which nobody has a weight without data", function()
    local s = survey():nonresponse { by = "gender", responded = { unit = { "A", "B" } } }
    local lost = { where = { unit = "C" } }
    local n = #s.sample.cases:where { unit = "C" }
    local function message(f) return refusal(f).message end
    local none = ("'age': none of the %d cases of the domain that have a value has a weight"):format(n)
    for _, name in ipairs { "mean", "total", "quantile" } do
      assert.equal(none, message(function() return s[name](s, "age", lost) end))
      assert.same({ nil, nil, "no_data" }, s[name](s, "age", { by = "unit" }):column "status":list())
    end
    assert.equal(none, message(function() return s:ratio("age", "age", lost) end))
    local p = s:proportion("q1", lost)
    assert.is_nil(p.estimate)
    assert.equal("no_data", p.status)
    assert.equal(("none of the %d relevant cases has a weight"):format(p.relevant), p.flags[1])
    local f = s:proportions({ "q1" }, { by = "unit" })
    assert.is_nil(f:column "estimate"[3])
    assert.is_nil(survey():rake({ unit = units }):replicates { n = 20, seed = "r" }:proportion("q1",
      { where = { age = { above = 1000 } } }).estimate)
    assert.equal(#s.sample.cases:where { unit = { "A", "B" } } - 2, s:mean("age").df)
  end)

  it("has no limits, and no quantiles, where weights below 0 leave none", function()
    local rows = {}
    for i = 1, 30 do rows[i] = { "c" .. i, i % 2 == 0 and "F" or "M", i * 1.5, i % 4 == 0 and "No" or "Yes" } end
    local s = assay.survey { answers = assay.frame { columns = { "case_id", "gender", "x", "q1" }, rows = rows,
      id = "case_id" }, population = 160, questions = "q1", values = values, confidence = 0.8 }
    local weighted = s:calibrate { totals = { gender = { F = 80, M = 80 }, x = 200 } }
    local mixed = { case_id = { "c1", "c24", "c28", "c29", "c2" } }
    for _, one in ipairs { weighted, weighted:replicates { method = "jackknife" } } do
      local p = one:proportion("q1", { where = mixed })
      assert.is_true(p.estimate > 1 and p.se > 0)
      assert.same({ "undefined", nil, nil }, { p.status, p.lower, p.upper })
      assert.matches("no limits: weights below 0 bring the estimate outside 0 to 1", table.concat(p.flags, "; "), 1, true)
    end
    assert.equal(5, weighted:proportions({ "q1" }, { where = mixed }):column "relevant"[1])
    local below = 0
    for _, w in ipairs(weighted:weights():column "weight":list()) do below = below + (w < 0 and 1 or 0) end
    assert.equal(("%d of 30 weights are below 0: a quantile needs weights from 0 on, such as raking gives"):format(below),
      refusal(function() weighted:quantile "x" end).message)
    assert.equal(3, weighted:quantile("x", { where = { x = { max = 6 } } }).estimate)
  end)

  it("notes a population below the sample", function()
    local s = survey()
    local sampled = { F = #s.sample.cases:where { gender = "F" }, M = #s.sample.cases:where { gender = "M" } }
    assert.same({ ("1 total is below the cases of the sample: 'gender' = 'F' 2.5 for %d cases"):format(sampled.F) },
      s:rake({ gender = { F = 2.5, M = 200 } }).weighting.flags)
    assert.matches("^2 totals are below the cases of the sample: 'gender' = 'F' 0.25 for %d+ cases, 'gender' = 'M' 0.75 for",
      s:poststratify { by = "gender", totals = { F = 0.25, M = 0.75 } }.weighting.flags[1])
    assert.same({}, s:rake({ gender = sampled }).weighting.flags)
    assert.matches("'gender' = '***' 0.25 for", survey "gender":poststratify { by = "gender",
      totals = { F = 0.25, M = 0.75 } }.weighting.flags[1], 1, true)
  end)

  it("refuses what it was not made for", function()
    local s = survey()
    local function message(f) return refusal(f).message end
    assert.equal("unknown column 'untit': did you mean 'unit'?", message(function() s:rake { untit = { A = 1 } } end))
    assert.equal("unknown column 'nothing'", message(function() s:rake { ["unit / nothing"] = { A = 1 } } end):match "^[^:]+")
    assert.matches("'A' is no level of 'unit / gender': 2 values", message(function()
      s:rake { ["unit / gender"] = { A = 1 } }
    end), 1, true)
    assert.matches("weights need a margin", message(function() s:rake {} end))
    assert.equal("there are no totals of 'unit'", message(function() s:rake { unit = {} } end))
    assert.matches("the totals of unit must be a table", message(function() s:rake { unit = 5 } end))
    assert.matches("'unit' is of type category, not of numbers", message(function() s:calibrate { totals = { unit = 5 } } end))
    assert.matches("the total of unit 'A' must be a number", message(function() s:rake { unit = { A = "x" } } end))
    assert.matches("logit needs bounds", message(function() s:calibrate { method = "logit", totals = { age = 1 } } end))
    assert.matches("bounds are for method = 'logit'", message(function()
      s:calibrate { bounds = { 0, 2 }, totals = { age = 1 } }
    end))
    for _, bounds in ipairs { { 1, 2 }, { 0.5, 1 }, { -1, 2 }, { 2, 0.5 } } do
      assert.matches("bounds are a factor below 1, from 0 on, and one above 1", message(function()
        s:calibrate { method = "logit", bounds = bounds, totals = { age = 1 } }
      end))
    end
    assert.matches("trim needs lower or upper", message(function() s:trim {} end))
    assert.matches("unknown option 'uper': did you mean 'upper'", message(function() s:trim { uper = 1 } end))
    assert.matches("needs one column of 'total', 'population' and 'cases'", message(function()
      s:rake { unit = cases():select { "unit" } }
    end))
    assert.matches("unknown column", message(function() s:poststratify { by = "gender", totals = cases():count "unit" } end))
    assert.matches("write survey:rake{...}, with a colon", message(function() s.rake { unit = units } end), 1, true)
  end)

  it("hides private columns", function()
    local s = survey "unit"
    local err = refusal(function() s:rake { unit = { A = 1, B = 2 } } end)
    assert.matches("^'unit' has no total for '%*%*%*' %(%d+ cases%)$", err.message)
    local printed = tostring(s:rake { unit = units })
    assert.matches("***", printed, 1, true)
    assert.not_matches("│ A ", printed, 1, true)
  end)

  it("writes the weights beside the ids", function()
    local path = support.path "weights.csv"
    local weighted = survey():poststratify { by = "gender", totals = genders }
    weighted:weights():write(path)
    local header, line = support.content(path):match "^([^\n]+)\n([^\n]+)\n"
    assert.equal("case_id,weight", header)
    assert.matches("^%d%d%d%d,%d+%.%d+$", line)
    assert.equal(41, #assay.read(path))
  end)
end)

-- ---- references --------------------------------------------------------------------------------

--- A file of tests/reference as a frame, with these columns.
local function frame_of(file, columns)
  local rows = {}
  for i, row in ipairs(reference.rows(file, function() return true end)) do
    rows[i] = {}
    for j, name in ipairs(columns) do rows[i][j] = tonumber(row[name]) or row[name] end
  end
  return assay.frame { columns = columns, rows = rows }
end

describe("the references of weighting", function()
  local sample = assay.survey {
    answers = frame_of("weighting_data.csv", { "stratum", "sex", "risk", "relevant", "y" }),
    strata = "stratum", population = { a = 120, b = 80, c = 52 }, questions = "y", values = { yes = "1", no = "0" },
    confidence = 0.80,
  }
  local totals = { sex = { f = 81, m = 171 }, risk = { low = 66, medium = 131, high = 55 } }
  local surveys = {
    design = sample,
    greg_linear = sample:calibrate { totals = totals },
    raking = sample:rake(totals),
    ["logit_bounded_0.5_2"] = sample:calibrate { method = "logit", bounds = { 0.5, 2 }, totals = totals },
  }

  --- The least and the greatest of w / d.
  local function factors(weighted)
    local least, greatest = math.huge, 0
    local before, after = sample:weights():column "weight":list(), weighted:weights():column "weight":list()
    for i, weight in ipairs(after) do
      least, greatest = math.min(least, weight / before[i]), math.max(greatest, weight / before[i])
    end
    return { g_min = least, g_max = greatest }
  end

  local function quantity(weighted, name)
    local row = name:match "^weight_row_(%d+)$"
    if row then return weighted:weights():column "weight"[tonumber(row)] end
    if name == "kish_deff" then return weighted.weighting.deff end
    local domain, field = name:match "^(%w+):(%w+)$"
    if not domain then return factors(weighted)[name] end
    return weighted:proportion("y", { where = domain == "domain" and { relevant = 1 } or nil })[field]
  end

  it("are met through the public interface", function()
    local n = 0
    for _, row in ipairs(reference.rows("weighting.csv", function(row) return surveys[row.method] ~= nil end)) do
      local got = quantity(surveys[row.method], row.quantity)
      assert.is_true(reference.close(got, tonumber(row.value)), row.id .. ": " .. got)
      n = n + 1
    end
    assert.equal(34, n)
  end)

  it("are R's calibrate, postStratify and rake on its own data", function()
    local clus1 = assay.survey {
      answers = frame_of("api_clus1.csv", { "dnum", "stype", "pw", "api99", "awards", "sch_wide" }), weight = "pw",
      cluster = "dnum", population = 757, questions = "awards", values = { yes = "Yes", no = "No" }, confidence = 0.80,
    }
    local strat = assay.survey {
      answers = frame_of("api_strat.csv", { "stype", "api99", "awards", "sch_wide" }), strata = "stype",
      population = { E = 4421, H = 755, M = 1018 }, questions = "awards", values = { yes = "Yes", no = "No" },
      confidence = 0.80,
    }
    local types, wide = { E = 4421, H = 755, M = 1018 }, { No = 1072, Yes = 5122 }
    local weighted = {
      post = clus1:poststratify { by = "stype", totals = types },
      raking = clus1:rake { stype = types, sch_wide = wide },
      linear = clus1:calibrate { totals = { stype = types, api99 = 3914069 } },
      logit = clus1:calibrate { method = "logit", bounds = { 0.4, 2.5 }, totals = { stype = types, api99 = 3914069 } },
      strat_linear = strat:calibrate { totals = { sch_wide = wide, api99 = 3914069 } },
      strat_raking = strat:calibrate { method = "raking", totals = { sch_wide = wide, api99 = 3914069 } },
      strat_post = strat:poststratify { by = "awards", totals = { No = 2027, Yes = 4167 } },
    }
    local fields = { weight_min = "min", weight_max = "max" }
    local n = 0
    for _, row in ipairs(reference.rows("api_weighting.csv", function(row) return weighted[row.weighting] ~= nil end)) do
      local one, got = weighted[row.weighting], nil
      local domain, error = row.statistic:match "^(.-)proportion(.*)$"
      if domain then
        got = one:proportion("awards", { where = domain ~= "" and { stype = "H" } or nil })[error == "" and "estimate" or "se"]
      elseif fields[row.statistic] then
        got = one.weighting[fields[row.statistic]]
      elseif row.statistic:find "^weight" then
        local list = one:weights():column "weight":list()
        got = list[row.statistic == "weight_1" and 1 or #list]
      end
      if got then
        assert.is_true(reference.close(got, tonumber(row.value)), row.weighting .. " " .. row.statistic .. ": " .. got)
        n = n + 1
      end
    end
    assert.equal(55, n)
  end)
end)
