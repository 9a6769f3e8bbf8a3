local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local framework = assay.framework { title = "Test", scale = "probation-2018",
  values = { yes = "Yes", no = "No", not_applicable = "NA" },
  standards = { { id = "1", name = "One", questions = { { id = "q1", text = "?" }, { id = "q2", text = "?" } } } } }

-- gender and unit of each of 16 cases, and what was answered; all of them are drawn, or 8 of each gender
local rows = {
  { "F", "A", "Yes", "No" }, { "F", "A", "No", "NA" }, { "F", "A", "Yes", nil }, { "F", "B", "NA", "NA" },
  { "F", "B", "Yes", "NA" }, { "F", "B", "Yes", "NA" }, { "F", nil, "No", "Yes" }, { "F", "A", "Yes", "Yes" },
  { "M", "A", "No", "No" }, { "M", "A", "No", "No" }, { "M", "B", "Yes", nil }, { "M", "B", "No", "NA" },
  { "M", "A", "Yes", "Yes" }, { "M", nil, "NA", "No" }, { "M", "A", "Yes", "Yes" }, { "M", "A", nil, "No" },
}

--- A survey of 16 of 40 cases, 8 of 15 women and 8 of 25 men.
local function survey(options)
  local cases, n = {}, { F = 15, M = 25 }
  for _, gender in ipairs { "F", "M" } do
    for i = 1, n[gender] do cases[#cases + 1] = { ("%s%02d"):format(gender, i), gender } end
  end
  local frame = assay.frame { columns = { "case_id", "gender" }, rows = cases, id = "case_id" }
  local sample = assay.plan { frame = frame, strata = "gender", allocation = { F = 8, M = 8 }, confidence = 0.80 }
    :draw { seed = "s1" }
  local answers, next_row = {}, { F = 1, M = 9 }
  for case in sample.cases:rows() do
    local row = rows[next_row[case.gender]]
    next_row[case.gender] = next_row[case.gender] + 1
    answers[#answers + 1] = { case.case_id, row[2], row[3], row[4] }
  end
  return assay.survey { sample = sample, framework = framework, answers = assay.frame {
    columns = { "case_id", "unit", "q1", "q2" }, rows = answers, id = "case_id",
    types = { q1 = "text", q2 = "text" }, private = options and options.private,
    levels = options and options.levels } }
end

--- By hand: the estimate and standard error of `yes` among relevant cases that are inside.
local function by_hand(column, inside)
  local N, n, m, x = { F = 15, M = 25 }, 8, { F = 0, M = 0 }, { F = 0, M = 0 }
  for _, row in ipairs(rows) do
    if inside(row) and (row[column] == "Yes" or row[column] == "No") then
      m[row[1]] = m[row[1]] + 1
      x[row[1]] = x[row[1]] + (row[column] == "Yes" and 1 or 0)
    end
  end
  local D, Y, v = 0, 0, 0
  for _, h in ipairs { "F", "M" } do D, Y = D + N[h] * m[h] / n, Y + N[h] * x[h] / n end
  local r = Y / D
  for _, h in ipairs { "F", "M" } do
    local S1, S2 = x[h] - r * m[h], x[h] * (1 - 2 * r) + r * r * m[h]
    v = v + N[h] ^ 2 * (1 - n / N[h]) * (S2 - S1 ^ 2 / n) / (n - 1) / n
  end
  return r, math.sqrt(v) / D, x.F + x.M, m.F + m.M
end

describe("proportion", function()
  local self

  before_each(function() self = survey() end)

  it("is that of a domain, whose variance has all cases", function()
    local r, se, x, m = by_hand(3, function(row) return row[2] == "A" end)
    local p = self:proportion("q1", { where = { unit = "A" } })
    assert.same({ x, m, 9 }, { p.x, p.relevant, p.n })
    assert.near(r, p.estimate, 1e-14)
    assert.near(se, p.se, 1e-14)
    local f = self:proportion("q1", { where = function(row) return row.unit == "A" end })
    assert.same({ p.estimate, p.se, p.lower, p.upper }, { f.estimate, f.se, f.lower, f.upper })
    local both = self:proportion("q1", { where = { unit = "A", gender = "F" } })
    assert.same({ 3, 4 }, { both.x, both.relevant })
  end)

  it("is listed by groups, each as its own domain has it", function()
    local f = self:proportions({ "q1", "q2" }, { by = "unit" })
    assert.same({ "unit", "question", "x" }, { table.unpack(f.columns, 1, 3) })
    assert.same({ "A", "A", "B", "B", nil, nil }, f:column("unit"):list())
    assert.same({ "q1", "q2", "q1", "q2", "q1", "q2" }, f:column("question"):list())
    for i, unit in ipairs { "A", "B" } do
      for k, question in ipairs { "q1", "q2" } do
        local p, row = self:proportion(question, { where = { unit = unit } }), 2 * (i - 1) + k
        for _, name in ipairs { "x", "relevant", "unanswered", "percent", "share", "estimate", "lower", "upper", "half_width",
          "method" } do
          assert.equal(p[name], f:column(name)[row], name)
        end
        assert.equal(table.concat(p.flags, "; "), f:column("flags")[row])
      end
    end
    local r = by_hand(3, function(row) return row[2] == nil end)
    assert.near(r, f:column("estimate")[5], 1e-14)
  end)

  it("is listed by several columns, inside a domain", function()
    local f = self:proportions("q1", { by = { "gender", "unit" }, where = { unit = { "A", "B" } } })
    assert.same({ "gender", "unit", "question" }, { table.unpack(f.columns, 1, 3) })
    assert.equal(6, #f)
    assert.same({ 3, 2, 0, 2, 1, 0 }, f:column("x"):list())
    assert.matches("no case of the sample is in the domain", f:column("flags")[3])
    local total = self:proportions("q1", { where = { unit = { "A", "B" } } }):column("x")[1]
    assert.equal(8, total)
  end)

  it("says with counts where a domain has no relevant case", function()
    local p = self:proportion("q2", { where = { unit = "B" } })
    assert.equal("no_data", p.status)
    assert.is_nil(p.estimate)
    assert.equal("no relevant case: 4 not applicable, 1 unanswered", p.flags[1])
    assert.matches("share from 0.000 to 1.000", p.flags[2])
    local f = self:proportions("q2", { by = "unit" })
    assert.matches("^no relevant case: 4 not applicable, 1 unanswered", f:column("flags")[2])
    assert.is_nil(f:column("percent")[2])
    assert.is_nil(f:column("lower")[2])
    local none = self:proportion("q1", { where = { unit = { except = { "A", "B" } } } })
    assert.same({ 0, "no_data", "no case of the sample is in the domain" }, { none.n, none.status, none.flags[1] })
  end)

  it("tells the record of cases without a value and of domains without data", function()
    local record, told = require "assay.core".record, {}
    local note = record.note
    record.note = function(kind, text) told[#told + 1] = kind .. ": " .. text end
    self:proportions("q2", { by = "unit" })
    self:proportion("q1", { where = { unit = "A" } })
    record.note = note
    told = table.concat(told, "\n")
    assert.matches("missing: .*: 2 of 16 rows, without a value in unit, are a group of their own, NA", told)
    assert.matches("no_data: the answers: 1 of 3 estimates have no relevant case", told, 1, true)
    assert.matches("missing: .*: 2 of 16 rows, without a value in unit, are outside the domain", told)
  end)

  it("has limits by every method", function()
    local defined = 0
    for _, method in ipairs { "wilson_neff", "korn_graubard", "korn_graubard_z", "logit_t", "logit_z", "wald_t", "wald_z",
      "wald_satterthwaite", "yan_su", "yan_su_fpc", "score", "lrt", "exact", "exact_combined" } do
      local p = self:proportion("q1", { method = method })
      assert.equal(method, p.method)
      assert.is_true(p.lower < p.estimate and p.estimate < p.upper, method)
      defined = defined + 1
    end
    assert.equal(14, defined)
    local t = self:proportion("q1", { method = "wald_t" })
    assert.is_true(t.df ~= self:proportion("q1", { method = "wald_satterthwaite" }).df)
  end)

  it("has one limit with all of the tail where one is asked for", function()
    local s = survey()
    for _, method in ipairs { "wilson_neff", "korn_graubard", "korn_graubard_z", "logit_t", "logit_z", "wald_t", "wald_z",
      "wald_satterthwaite", "yan_su", "yan_su_fpc", "score", "lrt", "exact", "exact_combined" } do
      local two = s:proportion("q1", { method = method, confidence = 0.60 })
      local lower = s:proportion("q1", { method = method, side = "lower" })
      local upper = s:proportion("q1", { method = method, side = "upper" })
      assert.near(two.lower, lower.lower, 1e-12, method)
      assert.near(two.upper, upper.upper, 1e-12, method)
      assert.same({ 1, 0, "lower", "upper" }, { lower.upper, upper.lower, lower.side, upper.side })
      assert.is_nil(lower.half_width)
      assert.is_nil(two.side)
    end
    assert.matches("lower limit alone", s:proportions("q1", { side = "lower" }):column "flags"[1])
    assert.matches("a one%-sided limit needs a confidence above 0.5", refusal(s.proportion, s, "q1", { side = "lower",
      confidence = 0.5 }))
    assert.matches("unknown side 'left': known are lower, two, upper", refusal(s.proportion, s, "q1", { side = "left" }))
  end)

  it("says where limits are cut off, or none", function()
    local clipped = self:proportion("q1", { method = "wald_z", confidence = 0.99999 })
    assert.same({ 1, "clipped" }, { clipped.upper, clipped.status })
    assert.matches("note: limits cut off at 0 or 1", tostring(clipped), 1, true)
    local none = self:proportion("q1", { method = "logit_t", where = { unit = "B", gender = "F" } })
    assert.same({ 2, 2, "undefined" }, { none.x, none.relevant, none.status })
    assert.matches("note: no limits by logit_t", tostring(none), 1, true)
  end)

  it("caps the effective size where that is asked for", function()
    local free, capped = self:proportion("q1", { method = "wilson_neff" }),
      self:proportion("q1", { method = "wilson_neff", cap = true })
    assert.is_true(free.n_effective > free.relevant)
    assert.is_true(capped.half_width > free.half_width)
    -- Wilson's of the 13 relevant cases
    local z2, n, q = 1.2815515655446004 ^ 2, 13, free.estimate
    local arm = math.sqrt(z2 * (q * (1 - q) / n + z2 / 4 / n / n)) / (1 + z2 / n)
    assert.near((q + z2 / 2 / n) / (1 + z2 / n) - arm, capped.lower, 1e-13)
    assert.matches("'wald_t' has no effective size to cap",
      refusal(self.proportion, self, "q1", { method = "wald_t", cap = true }).message, 1, true)
  end)

  it("names columns of a domain that there are not, and the nearest", function()
    assert.matches("unknown column 'unt': did you mean 'unit'",
      refusal(self.proportions, self, "q1", { by = "unt" }).message, 1, true)
    assert.matches("unknown column 'gendr': did you mean 'gender'",
      refusal(self.proportion, self, "q1", { where = { gendr = "F" } }).message, 1, true)
    assert.matches("write survey:proportions(question, { by = ... })",
      refusal(self.proportion, self, "q1", { by = "unit" }).message, 1, true)
    assert.matches("unknown option 'bye': did you mean 'by'",
      refusal(self.proportions, self, "q1", { bye = "unit" }).message, 1, true)
    assert.matches("the question must be text, not nil", refusal(self.proportion, self).message, 1, true)
    assert.matches("unknown question 'q3'", refusal(self.proportions, self, { "q1", "q3" }).message, 1, true)
  end)

  it("shows no value of a private column", function()
    local f = survey({ private = { "unit" } }):proportions("q1", { by = "unit" })
    assert.matches("***", tostring(f), 1, true)
    assert.is_nil(tostring(f):find(" A ", 1, true))
  end)

  it("keeps the order of declared levels", function()
    local f = survey({ levels = { unit = { "B", "A" } } }):proportions("q1", { by = "unit" })
    assert.same({ "B", "A", nil }, f:column("unit"):list())
  end)

  it("refuses methods from the counts of strata under weights and clusters, in words", function()
    local seen = {}
    for i = 1, 12 do
      seen[i] = { ("c%02d"):format(i), i % 2 == 0 and "N" or "S", "o" .. i % 4, 1 + i % 3, i % 5 == 0 and "No" or "Yes" }
    end
    local answers = assay.frame { columns = { "id", "region", "office", "w", "q1" }, rows = seen, id = "id" }
    for _, design in ipairs { { weight = "w" }, { cluster = "office", population = { N = 9, S = 9 } } } do
      design.answers, design.strata, design.questions, design.confidence = answers, "region", "q1", 0.80
      design.values = { yes = "Yes", no = "No" }
      local own = assay.survey(design)
      for _, method in ipairs { "exact", "exact_combined", "yan_su", "yan_su_fpc", "score", "wald_satterthwaite" } do
        local err = refusal(own.proportion, own, "q1", { method = method })
        assert.equal("usage", err.kind)
        assert.matches(("'%s' works from the counts of simple random samples"):format(method), err.message, 1, true)
      end
      assert.is_true(own:proportion("q1", { method = "logit_t" }).lower > 0)
      assert.equal(2, #own:proportions("q1", { by = "region" }))
    end
  end)

  it("takes what rounding leaves of the variance of strata of one mind for none", function()
    for _, n in ipairs { { 2, 2 }, { 4, 3 }, { 4, 6 } } do
      local seen, sums = {}, { 7, 9 } -- of the weights of the strata
      for h, answer in ipairs { "Yes", "No" } do
        for _ = 1, n[h] do seen[#seen + 1] = { "s" .. h, answer, sums[h] / n[h] } end
      end
      local p = assay.survey { answers = assay.frame { columns = { "s", "q1", "w" }, rows = seen }, strata = "s", weight = "w",
        population = { s1 = 20, s2 = 30 }, questions = "q1", values = { yes = "Yes", no = "No" }, confidence = 0.80,
      }:proportion "q1"
      assert.equal(0, p.se)
      assert.near(16 ^ 2 / (7 ^ 2 / n[1] * (20 - n[1]) / 19 + 9 ^ 2 / n[2] * (30 - n[2]) / 29), p.n_effective, 1e-12)
      assert.is_true(p.lower < p.estimate - 0.1 and p.estimate + 0.1 < p.upper)
    end
  end)

  it("has in a row of the table what the question has alone", function()
    local one, f = self:proportion "q1", self:proportions "q1"
    for _, name in ipairs { "x", "relevant", "not_applicable", "unanswered", "n", "share", "percent", "estimate", "se", "df",
      "lower", "upper", "half_width", "deff", "confidence", "method", "status" } do
      assert.equal(one[name], f:column(name)[1], name)
    end
  end)

  it("lists no question as no row", function()
    assert.equal(0, #self:proportions({}))
    assert.equal(0, #self:proportions({}, { by = "unit" }))
  end)
end)
