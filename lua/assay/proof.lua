-- proof.lua: what a sample's folder says of its list and its plan, beside what was drawn from it.

local core = require "assay.core"
local plans = require "assay.plan"
local total = require "assay.allocate".total

local proof = {}

local cannot = "the plan in the manifest cannot be solved again: "

local function is_count(value) return math.type(value) == "integer" and value >= 0 end

--- How many rows a step leaves, if that follows from how many there were before: nil otherwise.
local function rows_after(step, before)
  if type(step) ~= "table" or not is_count(step.rows) or not is_count(step.removed) then return nil end
  local added = step.added == nil and 0 or step.added
  return is_count(added) and (not before or before + added - step.removed == step.rows) and step.rows or nil
end

--- Each step leaves what the one before left, with what it added and without what it removed; the last
--- leaves the cases of frame.csv.
local function compare_steps(steps, population, found)
  local rows
  for i, step in ipairs(type(steps) == "table" and steps or {}) do
    rows = rows_after(step, rows)
    if not rows then
      found[#found + 1] = ("step %d of the list in the manifest does not follow from the one before it"):format(i)
      return
    end
  end
  if rows and rows ~= population then
    found[#found + 1] = ("the steps of the list in the manifest leave %d cases, frame.csv has %d"):format(rows, population)
  end
end

local function compare_sizes(handle, sizes, reserves, found)
  local stored, spare = core.plan.asked(handle)
  for h, label in ipairs(core.plan.labels(handle)) do
    if sizes[h] ~= stored[h] or reserves[h] ~= spare[h] then
      found[#found + 1] = ("stratum '%s' has a sample of %s and %d reserves in the manifest, but its plan gives %s and %d")
        :format(core.text.quote(label), core.text.number(stored[h]), spare[h], core.text.number(sizes[h]), reserves[h])
    end
  end
end

--- What the plan gives, or nil and why it gives nothing.
local function solve_again(handle, about)
  local results = table.pack(pcall(plans.solve_again, handle, about))
  if results[1] then return table.unpack(results, 2) end
  local err = results[2]
  if type(err) == "table" and (err.kind == "usage" or err.kind == "data") then return nil, err.message end
  return error(err, 0)
end

--- The units of two stages, which are as many in all as they are: the rule shares them out.
local function compare_units(handle, about, found)
  local how, share = core.plan.how(handle).stages, about.reserve
  if type(share) ~= "number" or share < 0 or share >= 1 then
    found[#found + 1] = cannot .. "'reserve' must be a share"
    return
  end
  local stored, _, reserve = core.plan.asked_units(handle, share)
  if reserve ~= how.reserve then
    found[#found + 1] = ("the stages in the manifest have %d reserves of each unit, but its plan gives %d"):format(
      how.reserve, reserve)
  end
  if about.allocation == "by stratum" then return end
  local units, why = solve_again(handle, about)
  if not units then
    found[#found + 1] = cannot .. why
    return
  end
  for h, label in ipairs(core.plan.labels(handle)) do
    if units[h] ~= stored[h] then
      found[#found + 1] = ("stratum '%s' has %d units in the manifest, but its plan gives %d"):format(core.text.quote(label),
        stored[h], units[h])
    end
  end
end

--- Solves the allocation again. Sizes given by stratum are what they are; a folder of 0.1 may not say how
--- large a sample was asked for.
local function compare_plan(handle, about, found)
  if core.plan.how(handle).stages then return compare_units(handle, about, found) end
  if about.size == nil or about.allocation == "by stratum" then return end
  local sizes, reserves, size
  if is_count(about.size) then
    sizes, reserves, size = solve_again(handle, about)
  else
    reserves = "'size' must be a count"
  end
  if not sizes then
    found[#found + 1] = cannot .. reserves
    return
  end
  if size ~= about.size then
    found[#found + 1] = ("the plan in the manifest is of %d cases, but its confidence and margin need %d"):format(
      about.size, size)
  end
  compare_sizes(handle, sizes, reserves, found)
end

--- Differences in words between the manifest of a folder and a sample that was drawn again from it.
function proof.differences(drawn, manifest)
  local found, handle = {}, core.draw.plan(drawn)
  local population = total(core.plan.populations(handle))
  if type(manifest.list) == "table" then compare_steps(manifest.list.steps, population, found) end
  if type(manifest.plan) == "table" then compare_plan(handle, manifest.plan, found) end
  return found
end

return proof
