-- tabulate.lua: counting and summarising columns.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"
local table_text = require "assay.report.table"

local tabulate = {}

local count_options = check.options("CountOptions", { weight = "text" })

function tabulate.count(self, ...)
  local names, options = frames.names_and_options(count_options, ...)
  return frames.new(frames.blame(self, core.tabulate.count, self._core, frames.column_numbers(self, names),
    options.weight and frames.column_number(self, options.weight)), { private = self._private })
end

local fields = { "n", "missing", "mean", "sd", "min", "q1", "median", "q3", "max" }
local points = { mean = true, min = true, q1 = true, median = true, q3 = true, max = true }

--- A number of days from 1970-01-01 as the day it falls on.
local function day(days) return days and core.text.shift("1970-01-01", 0, math.floor(days)) end

--- The class of summaries; those of dates are shown as dates.
local function summary_class(of_dates)
  return check.result("Summary", fields, function(self)
    local columns, line = {}, {}
    for i, name in ipairs(fields) do
      local value = self[name]
      if of_dates and points[name] then value = day(value) end
      columns[i], line[i] = { name = name, right = true }, table_text.value(value)
    end
    return table_text.lines(columns, { line })
  end)
end

local Summary, DateSummary = summary_class(false), summary_class(true)

function tabulate.summary(self, name)
  local column = frames.column_number(self, name)
  local class = core.frame.type(self._core, column) == "date" and DateSummary or Summary
  return setmetatable(core.tabulate.summary(self._core, column), class)
end

return tabulate
