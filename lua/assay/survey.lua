-- survey.lua: the answers, with the design under which they were collected.

local core = require "assay.core"
local check = require "assay.check"
local total = require "assay.allocate".total
local frames = require "assay.frame"
local labels = require "assay.labels"

local survey = {}

-- As core numbers them.
local YES, NO, NOT_APPLICABLE, UNANSWERED = "\0", "\1", "\2", "\3"

-- ---- joining answers to the sample -----------------------------------------------------------

--- Where each case drawn stands, by its id: its unit from 1 if it is to be assessed, else its role. Units are the
--- cases drawn but the unavailable; outside[i] is true of those out of scope; places[i] is the row of unit i.
local function units_by_id(cases, id_name)
  local by_id, outside, places, n = {}, {}, {}, 0
  local roles = cases:column("role"):list()
  for row, id in ipairs(cases:column(id_name):list()) do
    local role = roles[row]
    if role == "sample" or role == "out_of_scope" then
      n = n + 1
      outside[n] = role == "out_of_scope"
      places[n] = row
    end
    by_id[id] = role == "sample" and n or role
  end
  return by_id, outside, places
end

local why_not = { reserve = ": this case is a reserve that has not taken a place in the sample" }

--- Which row of the answers is that of each unit: rows[i], or nil; and the rows of lost cases with their roles,
--- which may be there as long as they hold no answer.
local function join(answers, sample)
  local id_name = sample.plan._about.id
  local id = core.frame.find(answers._core, id_name)
    or check.fail(("the answers have no column '%s', which names the cases of the sample"):format(id_name), "answers")
  frames.blame(answers, core.frame.require_unique, answers._core, id)
  local by_id, outside, places = units_by_id(sample.cases, id_name)
  local rows, lost = {}, {}
  for row, value in ipairs(answers:column(id_name):list()) do
    local case = by_id[tostring(value)]
    if case == nil or why_not[case] then
      local words, where = frames.place(answers, row)
      check.refuse(words .. (why_not[case] or ": this case was not selected"), where)
    elseif type(case) == "string" then
      lost[#lost + 1] = { row = row, role = case }
    else
      rows[case] = row
    end
  end
  return rows, outside, places, lost
end

--- Refuses an answer for a case that is out of scope or unavailable.
local function check_lost(answers, questions, lost)
  if #lost == 0 then return end
  for _, question in ipairs(questions) do
    local values = answers:column(question):list()
    for _, case in ipairs(lost) do
      if values[case.row] ~= nil then
        local words, where = frames.place(answers, case.row)
        check.refuse(("%s, column '%s': this case is %s in the sample's log, and has an answer"):format(words, question,
          case.role == "unavailable" and "unavailable" or "out of scope"), where)
      end
    end
  end
end

--- The answers to one question as a byte for each case.
local function read_answers(answers, question, rows, outside, n, values)
  local values_by_row = answers:column(question):list()
  local codes = { [values.yes] = YES, [values.no] = NO }
  if values.not_applicable then codes[values.not_applicable] = NOT_APPLICABLE end
  local list = {}
  for i = 1, n do
    local value = rows[i] and values_by_row[rows[i]]
    list[i] = outside[i] and NOT_APPLICABLE or value == nil and UNANSWERED or codes[tostring(value)]
    if not list[i] then
      local words, where = frames.place(answers, rows[i])
      check.refuse(("%s, column '%s': '%s' is none of %s, %s%s"):format(words, question,
        answers.private[question] and "***" or core.text.quote(tostring(value)), values.yes, values.no,
        values.not_applicable and ", " .. values.not_applicable or ""), where)
    end
  end
  return table.concat(list)
end

-- ---- the survey ------------------------------------------------------------------------------

local Survey

local survey_options = check.options("SurveyOptions", {
  answers = function(name, value) return check.object(name, value, "Frame") end,
  sample = function(name, value) return check.object(name, value, "Sample") end,
  framework = function(name, value) return check.object(name, value, "Framework") end,
  values = "table", lonely = { "fail", "certainty", "adjust", "average" },
})

local function check_values(values)
  for _, name in ipairs(check.keys(values)) do check.one_of("value", name, { "yes", "no", "not_applicable" }) end
  check.value("values.yes", values.yes, "text")
  check.value("values.no", values.no, "text")
  if values.yes == values.no or values.not_applicable == values.yes or values.not_applicable == values.no then
    check.fail("the values of yes, no and not applicable must differ", "values")
  end
  return values
end

--- The columns that are questions of the framework, and those that are not; without a framework all
--- but the id are questions.
local function split_columns(answers, id, framework)
  local questions, others, known = {}, {}, {}
  for _, question in ipairs(framework and framework:questions() or {}) do known[question] = true end
  for _, name in ipairs(answers.columns) do
    if name ~= id then
      local list = (not framework or known[name]) and questions or others
      list[#list + 1] = name
    end
  end
  return questions, others
end

--- The units with all that is known of each: the sample's columns, and those of the answers that it lacks.
local function units_of(sample, places, answers, id, others)
  local cases, columns = sample.cases:take(places), { id }
  for _, name in ipairs(others) do
    if not core.frame.find(cases._core, name) then columns[#columns + 1] = name end
  end
  return cases:join(answers:select(columns), id)
end

--- The questions that have blanks, each with their number.
local function blanks(self)
  local list = {}
  for _, question in ipairs(self.questions) do
    local _, unanswered = self._answers[question]:gsub(UNANSWERED, "")
    if unanswered > 0 then list[#list + 1] = ("%s (%d)"):format(question, unanswered) end
  end
  return list
end

--- Tells the run's record what the answers lack.
local function note_losses(self)
  local name = rawget(self, "_file") or "the answers"
  if self.returned < self.selected then
    core.record.note("unanswered", ("%s: %d of %d cases have no answers"):format(name, self.selected - self.returned,
      self.selected))
  end
  if self.lost > 0 then
    core.record.note("lost", ("%s: %d case%s drawn could not be assessed: the others of their strata stand for them"):format(
      name, self.lost, self.lost == 1 and "" or "s"))
  end
  local list = blanks(self)
  if #list > 0 then core.record.note("unanswered", ("%s: blank are %s"):format(name, table.concat(list, ", "))) end
end

--- Estimates take a stratum's cases as a simple random sample of the size that was drawn. That is what equal
--- probabilities give, a random size being taken as it came; in sorted order it is nearly so.
local function check_design(sample)
  local stages = sample.plan.stages
  if stages then
    check.fail(("the sample was drawn in two stages, units ('%s') and then their cases: a survey takes samples whose cases "
      .. "were drawn each for itself, and would give limits too narrow for this one, as cases of one unit are alike"):format(
      core.text.quote(stages.unit)), "sample")
  end
  local measure = sample.plan.size_measure
  if measure then
    check.fail(("the sample was drawn by %s in proportion to '%s': a survey takes samples whose cases have equal "
      .. "probabilities within a stratum, and would give wrong limits for this one"):format(sample.method,
      core.text.quote(measure)), "sample")
  end
end

--- The design; cases lost since the draw; reserves that have taken places.
local function design_of(sample, lonely)
  local plan = sample.plan._core
  local strata, inside = core.revision.units(sample._core)
  local raise, _, _, lost, taken = core.revision.tolls(sample._core)
  if core.revision.losses(sample._core) == 0 then inside = nil end
  local design = labels.call(core.plan.labels(plan), core.design.new, {
    stratum = strata, population = core.plan.populations(plan), lonely = lonely, inside = inside, raise = raise, lost = lost,
  })
  return design, total(lost), total(taken)
end

function survey.survey(options)
  options = survey_options(options)
  local answers = options.answers or check.fail("'answers' is needed", "answers")
  local sample = options.sample or check.fail("'sample' is needed", "sample")
  check_design(sample)
  local framework = options.framework
  local values = check_values(options.values or framework and framework.values
    or check.fail("give framework, or values = { yes = , no = , not_applicable = }", "values"))
  local rows, outside, places, lost = join(answers, sample)
  local n = #places
  local questions, others = split_columns(answers, sample.plan._about.id, framework)
  if #questions == 0 then
    check.fail(framework and ("no column of the answers is a question of '%s'"):format(core.text.quote(framework.title))
      or "the answers have no column but the id", "answers")
  end
  check_lost(answers, questions, lost)
  local coded = {}
  for _, question in ipairs(questions) do
    coded[question] = read_answers(answers, question, rows, outside, n, values)
  end
  local returned, dropped = 0, 0
  for i = 1, n do
    returned = returned + (rows[i] and 1 or 0)
    dropped = dropped + (outside[i] and 1 or 0)
  end
  local design, unavailable, taken = design_of(sample, options.lonely or "fail")
  local self = setmetatable({
    _core = design, _answers = coded, _labels = core.plan.labels(sample.plan._core),
    _units = units_of(sample, places, answers, sample.plan._about.id, others),
    sample = sample, framework = framework, questions = questions, other_columns = others,
    selected = n - dropped, returned = returned, out_of_scope = dropped, lost = unavailable, replaced = taken,
    _file = answers.source and answers.source.file,
  }, Survey)
  note_losses(self)
  return self
end

-- ---- the class -------------------------------------------------------------------------------

local methods = {
  proportion = "proportion", proportions = "proportion",
  poststratify = "weighting", rake = "weighting", calibrate = "weighting", nonresponse = "weighting", trim = "weighting",
  weights = "weighting",
}

function methods.has(self, question) return self._answers[question] ~= nil end

Survey = check.class("Survey", "survey", methods, function(self, key)
  if key == "status" then return self.sample.plan.status end
  return nil, key == "framework" or key == "weighting" or key == "margins" or key == "classes"
end)
Survey.fields = { "sample", "framework", "questions", "other_columns", "selected", "returned", "out_of_scope", "lost",
  "replaced", "status", "weighting", "margins", "classes" }

function Survey.__tostring(self)
  local lines, blank = {}, blanks(self)
  lines[1] = ("%d cases selected, %d with answers, %d without; %d questions"):format(self.selected, self.returned,
    self.selected - self.returned, #self.questions)
  if self.out_of_scope + self.lost > 0 then
    lines[#lines + 1] = ("%d replaced; %d drawn and out of scope, %d lost (unavailable)"):format(self.replaced,
      self.out_of_scope, self.lost)
  end
  if self.status == "model_based" then
    lines[#lines + 1] = ("model-based: within its strata the sample was shared out by rule, and %d of %d cases had no chance")
      :format(self.sample.plan.zero_probability, core.draw.population(self.sample._core))
  elseif self.sample.probabilities == "estimated" then
    lines[#lines + 1] = "a cap passed over cases: estimates take each stratum as a simple random sample all the same"
  end
  if self.sample.probabilities == "conditional" then
    lines[#lines + 1] = "kept apart from other samples: estimates take each stratum as a simple random sample all the same"
  end
  if core.draw.how(self.sample._core).sorted then
    lines[#lines + 1] = ("drawn by %s: limits are those of a simple random sample of each stratum, which are usually wider")
      :format(self.sample.method)
  end
  lines[#lines + 1] = #blank > 0 and "unanswered: " .. table.concat(blank, ", ") or "no answer is blank"
  if #self.other_columns > 0 then
    lines[#lines + 1] = "columns that are no questions: " .. table.concat(self.other_columns, ", ")
  end
  if self.weighting then lines[#lines + 1] = require "assay.weighting".text(self) end
  return table.concat(lines, "\n")
end

return survey
