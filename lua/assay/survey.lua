-- survey.lua: the answers, with the design under which they were collected.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"
local designs = require "assay.design"

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

--- Refuses the answer in a row, which is none of the values declared, and says how many are like it.
local function refuse_value(answers, question, row, values, codes)
  local column, others = answers:column(question), -1
  for i = 1, #column do
    if column[i] ~= nil and not codes[tostring(column[i])] then others = others + 1 end
  end
  local words, where = frames.place(answers, row)
  return check.refuse(("%s, column '%s': '%s' is none of %s, %s%s%s"):format(words, question,
    answers.private[question] and "***" or core.text.quote(tostring(column[row])), values.yes, values.no,
    values.not_applicable and ", " .. values.not_applicable or "",
    others > 0 and (", and so are %d more"):format(others) or ""), where)
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
    if not list[i] then refuse_value(answers, question, rows[i], values, codes) end
  end
  return table.concat(list)
end

-- ---- the survey ------------------------------------------------------------------------------

local Survey

local survey_options = check.options("SurveyOptions", {
  answers = function(name, value) return check.object(name, value, "Frame") end,
  sample = function(name, value) return check.object(name, value, "Sample") end,
  framework = function(name, value) return check.object(name, value, "Framework") end,
  values = "table", questions = "texts", id = "text", confidence = "share",
  strata = "texts", weight = "text", cluster = "text", cluster_population = "text",
  population = function(_, value) return value end, -- a number, a table or a Frame: design.lua
  lonely = { "fail", "certainty", "adjust", "average", "collapse" }, neighbours = "table",
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

--- Whether a column may hold answers: numbers and dates do only where one of the values is written like one.
local function may_answer(answers, name, values)
  local kind = core.frame.type(answers._core, core.frame.find(answers._core, name))
  if kind == "text" or kind == "category" then return true end
  local pattern = kind == "date" and "^%d+%-%d+%-%d+$" or "^[-+]?%d"
  for _, key in ipairs(check.keys(values)) do
    if values[key]:find(pattern) then return true end
  end
  return false
end

--- What says which columns are questions: those named, or those of the framework, or else a rule; in words too.
local function questions_wanted(answers, options, values)
  if options.questions then
    local wanted = {}
    for _, name in ipairs(options.questions) do
      if not core.frame.find(answers._core, name) then check.unknown("column of the answers", name, answers.columns) end
      wanted[name] = true
    end
    return function(name) return wanted[name] end, "'questions' names none"
  elseif options.framework then
    local known = {}
    for _, question in ipairs(options.framework:questions()) do known[question] = true end
    return function(name) return known[name] end, ("no column of the answers is a question of '%s'"):format(
      core.text.quote(options.framework.title))
  end
  return function(name) return values and may_answer(answers, name, values) end,
    "the answers have no column but the id" .. (options.sample and "" or " and those of the design")
end

--- The columns that are questions, and those that are not; those of the design are neither.
local function split_columns(answers, options, values, own)
  local wanted, none = questions_wanted(answers, options, values)
  local questions, others = {}, {}
  for _, name in ipairs(answers.columns) do
    if not own[name] then
      local list = wanted(name) and questions or others
      list[#list + 1] = name
    end
  end
  if #questions == 0 and (values or #others == 0) then check.fail(none, "answers") end
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

--- The values of the answers; nil where no column is a question.
local function values_of(options)
  local values = options.values or options.framework and options.framework.values
  if values then return check_values(values) end
  if options.questions then
    check.fail("give framework, or values = { yes = , no = , not_applicable = }, which say what the answers are", "values")
  end
  return nil
end

--- The coded answers to each question, and how many units have a row, and are out of scope.
local function code_answers(answers, questions, rows, outside, n, values)
  local coded, returned, dropped = {}, 0, 0
  for _, question in ipairs(questions) do
    coded[question] = read_answers(answers, question, rows, outside, n, values)
  end
  for i = 1, n do
    returned = returned + (rows[i] and 1 or 0)
    dropped = dropped + (outside[i] and 1 or 0)
  end
  return coded, returned, dropped
end

local function new(fields, design, options)
  fields._core, fields._labels, fields._words, fields._flags = design.core, design.labels, design.words, design.flags
  fields.lost, fields.replaced = design.lost, design.taken
  fields.framework = options.framework
  fields._confidence = options.confidence or options.sample and options.sample.plan.confidence
  fields._margin = options.sample and options.sample.plan.margin
  fields._file = options.answers.source and options.answers.source.file
  local self = setmetatable(fields, Survey)
  note_losses(self)
  return self
end

--- The answers of a sample, joined by id.
local function of_sample(options, values)
  local answers, sample = options.answers, options.sample
  local id = sample.plan._about.id
  local rows, outside, places, lost = join(answers, sample)
  local questions, others = split_columns(answers, options, values, { [id] = true })
  check_lost(answers, questions, lost)
  local coded, returned, dropped = code_answers(answers, questions, rows, outside, #places, values)
  return new({
    sample = sample, questions = questions, other_columns = others, _answers = coded,
    _units = units_of(sample, places, answers, id, others),
    selected = #places - dropped, returned = returned, out_of_scope = dropped,
  }, designs.of_sample(sample, places, options), options)
end

-- Options that name columns of the answers, or say what a sample says.
local by_columns = { "strata", "population", "weight", "cluster", "cluster_population", "id" }

--- The name of the column that names the cases, if there is one.
local function find_id(options)
  local answers, id = options.answers, options.id or options.answers.id
  if not id then return nil end
  local number = core.frame.find(answers._core, id) or check.unknown("column of the answers", id, answers.columns)
  frames.blame(answers, core.frame.require_unique, answers._core, number)
  return id
end

--- Answers that are a sample themselves: a row for each case.
local function of_columns(options, values)
  local answers, id = options.answers, find_id(options)
  local design = designs.of_columns(answers, options)
  local own, rows, n = { [id or false] = true }, {}, #answers
  for _, name in ipairs { "weight", "cluster", "cluster_population" } do own[options[name] or false] = true end
  for _, name in ipairs(options.strata) do own[name] = true end
  local questions, others = split_columns(answers, options, values, own)
  for i = 1, #questions > 0 and n or 0 do rows[i] = i end
  local coded, returned = {}, n
  if #questions > 0 then coded, returned = code_answers(answers, questions, rows, {}, n, values) end
  return new({
    questions = questions, other_columns = others, _answers = coded, _units = answers, selected = n, returned = returned,
    out_of_scope = 0,
  }, design, options)
end

function survey.survey(options)
  options = survey_options(options)
  if not options.answers then check.fail("'answers' is needed", "answers") end
  local values = values_of(options)
  if not options.sample then return of_columns(options, values) end
  for _, name in ipairs(by_columns) do
    if options[name] ~= nil then
      check.fail(("'%s' does not go with sample, whose design is known"):format(name), name)
    end
  end
  return of_sample(options, values)
end

-- ---- the class -------------------------------------------------------------------------------

local methods = {
  proportion = "proportion", proportions = "proportion", difference = "comparison", independence = "association",
  mean = "statistic", total = "statistic", ratio = "statistic", quantile = "statistic",
  replicates = "replicate",
  poststratify = "weighting", rake = "weighting", calibrate = "weighting", nonresponse = "weighting", trim = "weighting",
  weights = "weighting",
}

function methods.has(self, question) return self._answers[question] ~= nil end

Survey = check.class("Survey", "survey", methods, function(self, key)
  if key == "status" then return self.sample and self.sample.plan.status end
  return nil, key == "framework" or key == "sample" or key == "weighting" or key == "margins" or key == "classes"
end)
Survey.fields = { "sample", "framework", "questions", "other_columns", "selected", "returned", "out_of_scope", "lost",
  "replaced", "status", "weighting", "margins", "classes" }

--- What a sample's way of drawing leaves to be said of its survey.
local function sample_in_words(self, lines)
  local sample = self.sample
  if self.status == "model_based" then
    lines[#lines + 1] = ("model-based: within its strata the sample was shared out by rule, and %d of %d cases had no chance")
      :format(sample.plan.zero_probability, core.draw.population(sample._core))
  elseif sample.probabilities == "estimated" then
    lines[#lines + 1] = "a cap passed over cases: estimates take each stratum as a simple random sample all the same"
  end
  if sample.probabilities == "conditional" then
    lines[#lines + 1] = "kept apart from other samples: estimates take each stratum as a simple random sample all the same"
  end
  if core.draw.how(sample._core).sorted then
    lines[#lines + 1] = ("drawn by %s: limits are those of a sample in no order, which are usually wider"):format(sample.method)
  end
end

function Survey.__tostring(self)
  local lines, blank = table.move(self._words, 1, #self._words, 1, {}), blanks(self)
  lines[#lines + 1] = ("%d cases selected, %d with answers, %d without; %d question%s"):format(self.selected, self.returned,
    self.selected - self.returned, #self.questions, #self.questions == 1 and "" or "s")
  if self.out_of_scope + self.lost > 0 then
    lines[#lines + 1] = ("%d replaced; %d drawn and out of scope, %d lost (unavailable)"):format(self.replaced,
      self.out_of_scope, self.lost)
  end
  if self.sample then sample_in_words(self, lines) end
  if #self.questions > 0 then
    lines[#lines + 1] = #blank > 0 and "unanswered: " .. table.concat(blank, ", ") or "no answer is blank"
  end
  if #self.other_columns > 0 then
    lines[#lines + 1] = "columns that are no questions: " .. table.concat(self.other_columns, ", ")
  end
  if self.weighting then lines[#lines + 1] = require "assay.weighting".text(self) end
  return table.concat(lines, "\n")
end

return survey
