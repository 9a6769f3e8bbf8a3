-- comparison.lua: parts of a population, or two inspections of it, compared.

local core = require "assay.core"
local check = require "assay.check"
local domain = require "assay.domain"
local labels = require "assay.labels"
local replicate = require "assay.replicate"
local table_text = require "assay.report.table"

local methods = {}

-- ---- what is asked ---------------------------------------------------------------------------

local difference_options = check.options("SurveyDifferenceOptions", {
  by = "texts", with = function(name, value) return check.object(name, value, "Survey") end, where = "any",
  confidence = "share", method = { "newcombe", "wald_t", "wald_z" }, limits = core.estimate.methods(),
  adjust = { "holm", "benjamini_hochberg", "bonferroni" },
})

local function answers_of(self, question)
  return self._answers[question] or check.unknown("question", question, self.questions)
end

local function both(a, b)
  if a == nil or b == nil then return a or b end
  return core.domain.both(a, b)
end

-- ---- groups of one survey --------------------------------------------------------------------

local columns = { "first", "second", "first_share", "second_share", "first_estimate", "second_estimate", "difference", "se",
  "df", "lower", "upper", "p_value", "p_adjusted", "method", "status" }
local types = { first = "text", second = "text", method = "text", status = "text" }

--- p-values that count for all comparisons of the table together.
local function adjust(rows, method)
  local list = {}
  for i, row in ipairs(rows) do list[i] = row.p_value or 0 / 0 end
  for i, p in ipairs(core.test.adjust(method, list)) do
    if p == p then rows[i].p_adjusted = p end
  end
end

--- The names of groups are private where one of the columns is that they are values of.
local function to_frame(rows, groups)
  local cells, private = {}, {}
  for _, name in ipairs(groups.names) do
    if groups.private[name] then private = { "first", "second" } end
  end
  for i, row in ipairs(rows) do
    cells[i] = {}
    for j, name in ipairs(columns) do cells[i][j] = row[name] end
  end
  local all = {}
  for _, name in ipairs(columns) do all[name] = types[name] or "number" end
  return require "assay.source".frame { columns = columns, rows = cells, types = all, private = private }
end

local function compare_groups(self, question, options)
  local answers, confidence = answers_of(self, question), domain.confidence(self, options)
  local groups, where = domain.groups(self, options.by), domain.flags(self, options.where)
  if #groups < 2 then
    return check.fail(("by '%s' there is one group: nothing to compare"):format(
      core.text.quote(table.concat(options.by, "', '"))), "by")
  end
  local rows, method, replicates = {}, options.method or "newcombe", replicate.of(self)
  for i = 1, #groups - 1 do
    for j = i + 1, #groups do
      local found = labels.call(self._labels, core.comparison.domains, self._core, answers, both(groups[i].flags, where),
        both(groups[j].flags, where), replicates, confidence, method, options.limits)
      local a, b = found.first, found.second
      rows[#rows + 1] = found
      found.first, found.second = domain.label(groups, i), domain.label(groups, j)
      found.first_share, found.second_share, found.first_estimate, found.second_estimate = a.share, b.share, a.estimate,
        b.estimate
      found.method = method
    end
  end
  adjust(rows, options.adjust or "holm")
  return to_frame(rows, groups)
end

-- ---- two surveys -----------------------------------------------------------------------------

local function points(value) return value and core.text.fixed(100 * value, 1) or "NA" end

local Difference = check.result("SurveyDifference", { "question", "difference", "se", "df", "lower", "upper", "p_value",
  "correlation", "common", "first", "second", "confidence", "method", "status" }, function(self)
  local line = ("%s: %s%% against %s%%: difference %s points, %s%% limits %s to %s (%s%s), %s"):format(self.question,
    points(self.first.estimate), points(self.second.estimate), points(self.difference),
    table_text.short(100 * self.confidence), points(self.lower), points(self.upper), self.method,
    self.status and ", " .. self.status or "",
    self.p_value and "p = " .. core.text.fixed(self.p_value, 4) or "p is not defined")
  if self.common == 0 then return line end
  return ("%s\n%d cases in common, correlation %s"):format(line, self.common, table_text.short(self.correlation))
end)

local Side = check.result("ComparedShare", { "x", "relevant", "unanswered", "share", "estimate", "method" }, function(self)
  return ("%d of %d, estimate %s"):format(self.x, self.relevant, points(self.estimate))
end)

--- Which units of two surveys are the same cases, where both samples were drawn from the same list; else nil.
local function matches(self, other)
  local a, b = self.sample, other.sample
  if not a or not b or a.plan.fingerprint ~= b.plan.fingerprint then return nil end
  local places, firsts, seconds = {}, {}, {}
  for i, id in ipairs(self._units:column(a.plan._about.id):list()) do places[tostring(id)] = i end
  for j, id in ipairs(other._units:column(b.plan._about.id):list()) do
    local i = places[tostring(id)]
    if i then firsts[#firsts + 1], seconds[#seconds + 1] = i, j end
  end
  return firsts, seconds
end

--- Refuses what an estimate of the question refuses, by the labels of its own survey's strata.
local function check_estimate(self, question, flags, confidence, limits)
  labels.call(self._labels, core.estimate.proportions, self._core, { answers_of(self, question) }, confidence, limits, nil,
    flags, nil)
end

local function compare_surveys(self, question, options)
  local other = options.with
  if options.adjust then check.fail("'adjust' is for the groups of 'by'", "adjust") end
  local confidence, method = domain.confidence(self, options), options.method or "newcombe"
  local firsts, seconds = matches(self, other)
  local flags, other_flags = domain.flags(self, options.where), domain.flags(other, options.where)
  check_estimate(other, question, other_flags, confidence, options.limits)
  local found = labels.call(self._labels, core.comparison.waves, self._core, answers_of(self, question),
    flags, (replicate.of(self)), other._core, answers_of(other, question), other_flags, (replicate.of(other)), firsts,
    seconds, confidence, method, options.limits)
  found.question, found.common = question, firsts and #firsts or 0
  found.confidence, found.method = confidence, method
  found.first, found.second = setmetatable(found.first, Side), setmetatable(found.second, Side)
  return setmetatable(found, Difference)
end

function methods.difference(self, question, options)
  options = difference_options(options)
  check.value("the question", question, "text")
  if (options.by == nil) == (options.with == nil) then
    return check.fail("give 'by', the columns that make groups, or 'with', another survey", "by")
  end
  if options.with then return compare_surveys(self, question, options) end
  return compare_groups(self, question, options)
end

return methods
