-- pivot.lua: a long table made wide.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local pivot = {}

local pivot_options = check.options("PivotOptions", { rows = "texts!", columns = "text!", values = "text" })

-- What counting makes: a combination that is not there has none, where other values are not known.
local counted = { cases = true, share = true }

function pivot.pivot(self, options)
  options = pivot_options(options)
  local values = options.values or "cases"
  if #options.rows == 0 then check.fail("'rows' needs the name of a column", "rows") end
  if self.private[options.columns] then
    check.fail(("column '%s' is private: its values cannot become names of columns"):format(options.columns), "columns")
  end
  local used = { [options.columns] = true, [values] = true }
  for _, name in ipairs(options.rows) do
    if used[name] then check.fail(("column '%s' is asked for twice"):format(core.text.quote(name)), "rows") end
    used[name] = true
  end
  local handle = frames.blame(self, core.pivot.pivot, self._core, frames.column_numbers(self, options.rows),
    frames.column_number(self, options.columns), frames.column_number(self, values), counted[values] or false)
  return frames.new(handle, { private = self.private })
end

return pivot
