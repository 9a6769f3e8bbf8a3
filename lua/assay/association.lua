-- association.lua: whether answers and groups go together.

local core = require "assay.core"
local check = require "assay.check"
local domain = require "assay.domain"
local labels = require "assay.labels"
local replicate = require "assay.replicate"
local table_text = require "assay.report.table"

local methods = {}

local options_of = check.options("IndependenceOptions", { by = "texts!", where = "any" })

local function number(value) return value and table_text.short(value) or "NA" end

local function p_words(p) return p and "p = " .. core.text.fixed(p, 4) or "p is not defined" end

local Association = check.result("Association", { "question", "by", "statistic", "df1", "df2", "p_value", "chi_squared",
  "chi_squared_df", "chi_squared_p_value", "pearson", "mean_deff", "n", "groups", "status" }, function(self)
  return ("%s by %s: F = %s on %s and %s df, %s (Rao-Scott, second order); X2 = %s, mean design effect %s, n = %d"):format(
    self.question, table.concat(self.by, ", "), number(self.statistic), number(self.df1), number(self.df2),
    p_words(self.p_value), number(self.pearson), number(self.mean_deff), self.n)
end)

function methods.independence(self, question, options)
  options = options_of(options)
  local answers = self._answers[check.value("the question", question, "text")]
    or check.unknown("question", question, self.questions)
  if replicate.of(self) then
    check.fail "the test needs the variances of the design: ask the survey as it was before survey:replicates"
  end
  local groups = domain.groups(self, options.by)
  local found = labels.call(self._labels, core.association.test, self._core, answers, groups.of_unit, #groups,
    domain.flags(self, options.where))
  found.answers = nil
  found.question, found.by = question, options.by
  if found.p_value == nil then found.status = "undefined" end
  return setmetatable(found, Association)
end

return methods
