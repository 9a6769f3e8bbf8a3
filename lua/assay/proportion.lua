-- proportion.lua: what the answers to a question say about the population.

local core = require "assay.core"
local check = require "assay.check"
local domain = require "assay.domain"
local frames = require "assay.frame"
local labels = require "assay.labels"
local replicate = require "assay.replicate"
local table_text = require "assay.report.table"

local fields = { "question", "x", "relevant", "not_applicable", "unanswered", "lost", "n", "share",
  "percent", "estimate", "se", "df", "lower", "upper", "half_width", "deff", "n_effective", "lowest_share",
  "highest_share", "confidence", "method", "side", "status", "flags" }

local Proportion = check.result("Proportion", fields, function(self)
  local lines = {}
  for _, name in ipairs(fields) do
    if name ~= "flags" then lines[#lines + 1] = { name, table_text.value(self[name]) } end
  end
  lines = { table_text.lines({ { name = "proportion" }, { name = "value", right = true } }, lines) }
  for _, flag in ipairs(self.flags) do lines[#lines + 1] = "note: " .. flag end
  return table.concat(lines, "\n")
end)

local all_methods = core.estimate.methods()
all_methods[#all_methods + 1] = "percentile"

local proportion_options = check.options("ProportionOptions", {
  confidence = "share", method = all_methods, cap = "boolean", where = "any", side = { "two", "lower", "upper" },
})
local proportions_options = check.options("ProportionsOptions", {
  confidence = "share", method = all_methods, cap = "boolean", where = "any", by = "texts", side = { "two", "lower", "upper" },
})

-- ---- what a reader must be told beside the numbers ---------------------------------------------

--- Why a domain has no estimate, with its counts.
local function no_data(row)
  if row.n == 0 then return "no case of the sample is in the domain" end
  if row.relevant > 0 then return ("none of the %d relevant cases has a weight"):format(row.relevant) end
  return ("no relevant case: %d not applicable, %d unanswered"):format(row.not_applicable, row.unanswered)
end

--- What must be said of limits that are not those of the formula.
local function limits_flag(row)
  if row.estimate and (row.estimate < 0 or row.estimate > 1) then
    return "no limits: weights below 0 bring the estimate outside 0 to 1"
  end
  if row.status == "undefined" then return ("no limits by %s"):format(row.method) end
  if row.status == "clipped" then return "limits cut off at 0 or 1" end
end

--- `about` is what is said of all estimates of a survey: about_survey.
local function flags_of(row, about)
  local flags = {}
  if row.status == "no_data" then flags[1] = no_data(row) end
  if row.side then flags[#flags + 1] = ("%s limit alone"):format(row.side) end
  if row.unanswered + row.lost > 0 and row.lowest_share then
    flags[#flags + 1] = ("share from %s to %s %s"):format(core.text.fixed(row.lowest_share, 3),
      core.text.fixed(row.highest_share, 3), row.lost == 0 and "by what the unanswered are"
      or row.unanswered == 0 and "with the lost" or "with the unanswered and the lost")
  end
  if row.share and row.estimate and math.abs(row.share - row.estimate) >= 0.005 then
    flags[#flags + 1] = ("%s points off the share"):format(
      core.text.fixed(100 * math.abs(row.estimate - row.share), 1))
  end
  if about.margin and row.half_width and row.half_width > about.margin then
    flags[#flags + 1] = "wider than planned"
  end
  flags[#flags + 1] = limits_flag(row)
  if about.model_based then flags[#flags + 1] = "model-based" end
  for _, flag in ipairs(about.replicates(row.undefined)) do flags[#flags + 1] = flag end
  for _, flag in ipairs(about.flags) do flags[#flags + 1] = flag end
  return flags
end

local function about_survey(self)
  return { margin = rawget(self, "_margin"), model_based = self.status == "model_based", flags = self._flags,
    replicates = function(undefined) return replicate.flags(self, undefined or 0) end }
end

-- ---- estimates ---------------------------------------------------------------------------------

local exact = { exact = true, exact_combined = true }

--- How many cases were drawn followed from what was found in them where cases out of scope were replaced, and
--- exact limits are for sizes that nothing found could change.
local function check_exact(self, method)
  if exact[method] and self.out_of_scope > 0 and self.replaced > 0 then
    check.fail(("'%s' is for samples whose size did not depend on what was found: here cases out of scope were replaced")
      :format(method), "method")
  end
end

local function answers_to(self, questions)
  local list = {}
  for i, question in ipairs(questions) do
    list[i] = self._answers[check.value("the question", question, "text")]
      or check.unknown("question", question, self.questions)
  end
  return list
end

--- Estimates of all questions in all groups, for core.estimate.row and .table.
local function estimate(self, questions, options, groups)
  check_exact(self, options.method)
  local replicates = replicate.of(self)
  if options.method == "percentile" and not replicates then
    check.fail("'percentile' is for surveys with replicates: see survey:replicates", "method")
  end
  return labels.call(self._labels, core.estimate.proportions, self._core, answers_to(self, questions),
    domain.confidence(self, options), options.method, options.cap, domain.flags(self, options.where),
    groups and groups.of_unit, groups and #groups, replicates, options.side)
end

--- Tells the run's record how many domains say nothing.
local function note_no_data(self, without, n)
  if without == 0 then return end
  core.record.note("no_data", ("%s: %d of %d estimates have no relevant case"):format(
    rawget(self, "_file") or "the answers", without, n))
end

local methods = {}

function methods.proportion(self, question, options)
  if type(options) == "table" and options.by ~= nil then
    check.fail("a proportion is of one domain: write survey:proportions(question, { by = ... })", "by")
  end
  check.value("the question", question, "text")
  local row = core.estimate.row(estimate(self, { question }, proportion_options(options)), 1)
  row.question = question
  row.flags = flags_of(row, about_survey(self))
  row.undefined = nil
  note_no_data(self, row.status == "no_data" and 1 or 0, 1)
  row.status = row.status or self.status -- that there are no data says more
  return setmetatable(row, Proportion)
end

function methods.proportions(self, questions, options)
  questions, options = check.value("the questions", questions, "texts"), proportions_options(options)
  local groups = options.by and domain.groups(self, options.by)
  local found = estimate(self, questions, options, groups)
  local about, flags, which, without = about_survey(self), {}, {}, 0
  for i = 1, #questions * (groups and #groups or 1) do
    local row = core.estimate.row(found, i)
    flags[i] = table.concat(flags_of(row, about), "; ")
    which[i] = (i - 1) // #questions + 1
    if row.status == "no_data" then without = without + 1 end
  end
  note_no_data(self, without, #flags)
  local result = frames.new(core.estimate.table(found, { questions = questions, status = self.status, flags = flags }))
  return groups and domain.beside(groups, which, result) or result
end

return methods
