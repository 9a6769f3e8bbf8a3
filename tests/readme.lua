-- readme.lua BUILD: runs the Lua blocks of README.md, in order, as one script in an empty folder,
-- with the data of the inspection of 2018, and each ```sh block by itself. A ```text block behind
-- <!-- output --> must be what the block before it printed; any other ```text block must stand in a script's golden output.

local build = arg[1]
local root = os.getenv "ASSAY_ROOT" or "."

local function read(path)
  local file = assert(io.open(path))
  local text = file:read "a"
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

-- Parts of what the demo prints: { text, line }. Shell blocks: { code, line, output }.
local excerpts, shells = {}, {}

--- The blocks of the README: { code, line, output }.
local function blocks(text)
  local list, fence, lines, marked, n, last = {}, nil, nil, false, 0, nil
  for line in (text .. "\n"):gmatch "(.-)\n" do
    n = n + 1
    local opened = line:match "^```(%w*)"
    if fence and opened then
      local body = table.concat(lines, "\n") .. "\n"
      if fence == "lua" or fence == "sh" then
        last = { code = body, line = n - #lines }
        table.insert(fence == "sh" and shells or list, last)
      elseif marked and last then
        last.output = body
      elseif fence == "text" then
        excerpts[#excerpts + 1] = { text = body, line = n - #lines }
      end
      fence, marked = nil, false
    elseif fence then
      lines[#lines + 1] = line
    elseif opened then
      fence, lines = opened, {}
    elseif line:find "^<!%-%- output %-%->" then
      marked = true
    end
  end
  return list
end

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local list = blocks(read(root .. "/README.md"))
local mark = "-- end of README block"
local script = {}
for i, block in ipairs(list) do
  script[#script + 1] = ("%sprint %q\n"):format(block.code, mark .. " " .. i)
end

local folder = os.tmpname()
os.remove(folder)
assert(os.execute("mkdir " .. quote(folder)))
write(folder .. "/readme.lua", table.concat(script))
local command = ("cd %s && %s/%s/assay run readme.lua --data %s/data/dtv-2018 > printed 2> errors"):format(
  quote(folder), quote(root), build, quote(root))
local ran = os.execute(command)
local printed, errors = read(folder .. "/printed"), read(folder .. "/errors")
os.execute("rm -rf " .. quote(folder))

local passed, failed, from = 0, 0, 1
local function fail(block, why)
  failed = failed + 1
  print(("README.md:%d: %s"):format(block.line, why))
end
for i, block in ipairs(list) do
  local first, last = printed:find(("%s %d\n"):format(mark, i), from, true)
  if not first then
    fail(block, "this code fails: " .. errors)
    break
  end
  local got = printed:sub(from, first - 1)
  from = last + 1
  if block.output and block.output ~= got then
    fail(block, "this code prints\n" .. got .. "where the README has\n" .. block.output)
  else
    passed = passed + 1
  end
end
for _, block in ipairs(shells) do
  local pipe = assert(io.popen(("assay() { %s \"$@\"; }\n%s"):format(quote(("%s/%s/assay"):format(root, build)), block.code)))
  local got = pipe:read "a"
  pipe:close()
  if block.output == got then
    passed = passed + 1
  else
    fail(block, "this prints\n" .. got .. "where the README has\n" .. tostring(block.output))
  end
end
local golden = read(root .. "/tests/scripts/dtv-2018-draw.txt") .. read(root .. "/tests/scripts/dtv-2018-results.txt")
for _, excerpt in ipairs(excerpts) do
  if golden:find(excerpt.text, 1, true) then
    passed = passed + 1
  else
    fail(excerpt, "this is not what the demo prints")
  end
end
if not ran and failed == 0 then print("the run of README.md's code failed: " .. errors) failed = 1 end
if #list == 0 then print "README.md has no Lua code" failed = 1 end
print(("%d blocks of README.md as they are printed, %d not"):format(passed, failed))
os.exit(failed == 0)
