-- tabulate.lua: counting and summarising columns.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"
local table_text = require "assay.report.table"

local tabulate = {}

local count_options = check.options("CountOptions", { weight = "text" })

function tabulate.count(self, ...)
  local names, options = { ... }, nil
  if type(names[#names]) == "table" then options = table.remove(names) end
  options = count_options(options)
  check.value("what count is given", names, "texts")
  if #names == 0 then check.fail "count needs the name of a column" end
  return frames.new(frames.blame(self, core.tabulate.count, self._core, frames.column_numbers(self, names),
    options.weight and frames.column_number(self, options.weight)), { private = self._private })
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
