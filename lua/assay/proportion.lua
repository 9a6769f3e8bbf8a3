-- proportion.lua: what the answers to a question say about the population.

local core = require "assay.core"
local check = require "assay.check"
local labels = require "assay.labels"
local table_text = require "assay.report.table"

local fields = { "question", "x", "relevant", "not_applicable", "unanswered", "lost", "n", "share",
  "percent", "estimate", "se", "df", "lower", "upper", "half_width", "deff", "n_effective", "lowest_share",
  "highest_share", "confidence", "method", "status", "flags" }

local Proportion = check.result("Proportion", fields, function(self)
  local lines = {}
  for _, name in ipairs(fields) do
    if name ~= "flags" then lines[#lines + 1] = { name, table_text.value(self[name]) } end
  end
  lines = { table_text.lines({ { name = "proportion" }, { name = "value", right = true } }, lines) }
  for _, flag in ipairs(self.flags) do lines[#lines + 1] = "note: " .. flag end
  return table.concat(lines, "\n")
end)

local proportion_options = check.options("ProportionOptions",
  { confidence = "share", method = core.estimate.methods() })

--- What a reader must be told beside the numbers.
local function flags_of(result, margin, status, of_design)
  local flags = {}
  if result.unanswered + result.lost > 0 and result.lowest_share then
    flags[1] = ("share from %s to %s %s"):format(core.text.fixed(result.lowest_share, 3),
      core.text.fixed(result.highest_share, 3), result.lost == 0 and "by what the unanswered are"
      or result.unanswered == 0 and "with the lost" or "with the unanswered and the lost")
  end
  if result.share and math.abs(result.share - result.estimate) >= 0.005 then
    flags[#flags + 1] = ("%s points off the share"):format(
      core.text.fixed(100 * math.abs(result.estimate - result.share), 1))
  end
  if margin and result.half_width and result.half_width > margin then
    flags[#flags + 1] = "wider than planned"
  end
  if status == "model_based" then flags[#flags + 1] = "model-based" end
  for _, flag in ipairs(of_design) do flags[#flags + 1] = flag end
  return flags
end

local from_moments = {}
for _, name in ipairs(core.estimate.methods(true)) do from_moments[name] = true end

--- How many cases were drawn followed from what was found in them where cases out of scope were replaced, and
--- exact limits are for sizes that nothing found could change.
local function check_exact(self, method)
  if method and not from_moments[method] and self.out_of_scope > 0 and self.replaced > 0 then
    check.fail(("'%s' is for samples whose size did not depend on what was found: here cases out of scope were replaced")
      :format(method), "method")
  end
end

local function estimate(self, question, options)
  check_exact(self, options.method)
  local answers = self._answers[check.value("the question", question, "text")]
    or check.unknown("question", question, self.questions)
  local confidence = options.confidence or rawget(self, "_confidence")
    or check.fail(self.sample and "'confidence' is needed: the plan has none"
      or "'confidence' is needed: neither the survey nor the call has one", "confidence")
  local result = labels.call(self._labels, core.estimate.proportion, self._core, answers, confidence, options.method)
  result.question = question
  result.status = result.status or self.status -- that there are no data says more
  result.flags = flags_of(result, rawget(self, "_margin"), self.status, self._flags)
  return setmetatable(result, Proportion)
end

local methods = {}

function methods.proportion(self, question, options)
  return estimate(self, question, proportion_options(options))
end

local columns = { "question", "x", "relevant", "not_applicable", "unanswered", "share", "percent",
  "estimate", "lower", "upper", "half_width", "method", "flags" }

function methods.proportions(self, questions, options)
  questions, options = check.value("the questions", questions, "texts"), proportion_options(options)
  local rows = {}
  for i, question in ipairs(questions) do
    local result = estimate(self, question, options)
    local row = {}
    for j, name in ipairs(columns) do row[j] = result[name] end
    row[#columns] = table.concat(result.flags, "; ")
    rows[i] = row
  end
  return require "assay.source".frame { columns = columns, rows = rows, types = {
    question = "text", method = "text", flags = "text", x = "integer", relevant = "integer",
    not_applicable = "integer", unanswered = "integer", percent = "integer", share = "number",
    estimate = "number", lower = "number", upper = "number", half_width = "number",
  } }
end

return methods
