-- tabulate.lua: counting and summarising columns.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"
local table_text = require "assay.report.table"

local tabulate = {}

function tabulate.count(self, ...)
  local names = check.value("what count is given", { ... }, "texts")
  if #names == 0 then check.fail "count needs the name of a column" end
  return frames.new(core.tabulate.count(self._core, frames.column_numbers(self, names)))
end

local Summary = check.result("Summary",
  { "n", "missing", "mean", "sd", "min", "q1", "median", "q3", "max" },
  function(self)
    local columns, line = {}, {}
    for i, name in ipairs { "n", "missing", "mean", "sd", "min", "q1", "median", "q3", "max" } do
      columns[i], line[i] = { name = name, right = true }, table_text.value(self[name])
    end
    return table_text.lines(columns, { line })
  end)

function tabulate.summary(self, name)
  return setmetatable(core.tabulate.summary(self._core, frames.column_number(self, name)), Summary)
end

return tabulate
