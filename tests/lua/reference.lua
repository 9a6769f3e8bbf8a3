-- reference.lua: the rows of tests/reference, by the names in their header.

local reference = {}

--- The fields of a line that has no quotes; an empty one is nil.
local function fields(line, names)
  local row, i = {}, 0
  for field in (line .. ","):gmatch "([^,]*)," do
    i = i + 1
    row[names and names[i] or i] = (names == nil or field ~= "") and field or nil
  end
  return row
end

--- All rows of a file for which `wanted` is true.
function reference.rows(file, wanted)
  local names, rows = nil, {}
  for line in io.lines("tests/reference/" .. file) do
    if line:sub(1, 1) ~= "#" then
      if names then
        local row = fields(line, names)
        if wanted(row) then rows[#rows + 1] = row end
      else
        names = fields(line)
      end
    end
  end
  return rows
end

--- Whether two numbers agree to a relative 1e-10.
function reference.close(got, want)
  return math.abs(got - want) <= 1e-10 * math.max(math.abs(want), 1e-300)
end

return reference
