-- join.lua: one table beside another, row by row of the same key.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local join = {}

local join_options = check.options("JoinOptions", { kind = { "left", "inner" }, expect = { "one", "many" } })

--- Refuses columns beside the key that stand in both frames: which of the two was meant is not known.
local function check_names(self, other, keys)
  local is_key = {}
  for _, name in ipairs(keys) do is_key[name] = true end
  for _, name in ipairs(core.frame.names(other._core)) do
    if not is_key[name] and core.frame.find(self._core, name) then
      local short = core.text.quote(name)
      check.fail(('both frames have a column \'%s\': rename one first, such as other:rename{ ["%s"] = "%s_2" }')
        :format(short, short, short), name)
    end
  end
end

--- The numbers of the key's columns in `other`.
local function other_numbers(other, keys)
  local list = {}
  for i, name in ipairs(keys) do
    list[i] = core.frame.find(other._core, name)
      or check.unknown("column of the other frame", name, core.frame.names(other._core))
  end
  return list
end

local function any_private(self, other, keys)
  for _, name in ipairs(keys) do
    if self.private[name] or other.private[name] or self.id == name or other.id == name then return true end
  end
  return false
end

--- The step in words, and what of it goes to the run's record.
local function tell(self, other, keys, counts, inner)
  local how = inner and "" or " kept"
  frames.note_loss(self, "unmatched", counts.unmatched + counts.without_key, ("no match in %s by %s%s")
    :format(frames.called(other), table.concat(keys, ", "), inner and "" or ", kept"))
  return frames.step_with(("join %s by %s"):format(frames.called(other), table.concat(keys, ", ")),
    counts.unmatched, "without a match" .. how, counts.without_key, "without a key" .. how,
    counts.unused, "of the other unused")
end

function join.join(self, other, key, options)
  check.object("what join is given", other, "Frame")
  local keys = check.value("the key", key, "texts")
  if #keys == 0 then check.fail "join needs the name of a column" end
  options = join_options(options)
  local left, right = frames.column_numbers(self, keys), other_numbers(other, keys)
  check_names(self, other, keys)
  local inner, many = options.kind == "inner", options.expect == "many"
  local handle, counts = frames.blame(other, core.join.join, self._core, other._core, left, right,
    { inner = inner, many = many, private = any_private(self, other, keys) })
  local removed = inner and counts.unmatched + counts.without_key or 0
  local added = core.frame.rows(handle) - #self + removed
  return frames.after(self, handle, tell(self, other, keys, counts, inner),
    { added = added > 0 and added or nil, private = frames.either_private(self, other) })
end

return join
