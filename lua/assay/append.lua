-- append.lua: one table below another.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local append = {}

--- What `other` has gone through before, which the steps of the whole do not list.
local function history(other)
  local removed = 0
  for _, step in ipairs(other._steps) do removed = removed + step.removed end
  return removed, "of its rows removed before"
end

--- The rows left out of one list, and then those left out of the other.
local function excluded_of(self, other)
  local all = table.move(self._excluded, 1, #self._excluded, 1, {})
  return table.move(other._excluded, 1, #other._excluded, #all + 1, all)
end

function append.append(self, other)
  check.object("what append is given", other, "Frame")
  local handle = core.append.append(self._core, other._core)
  local step = frames.step_with(("append %d row%s of %s"):format(#other, #other == 1 and "" or "s",
    frames.called(other)), history(other))
  return frames.after(self, handle, step, {
    added = #other, excluded = excluded_of(self, other), private = frames.either_private(self, other),
  })
end

return append
