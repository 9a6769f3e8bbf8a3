-- program.lua: the program as a user calls it, for specs.

local support = require "support"

local program = {}

program.file = (os.getenv "ASSAY_BUILD" or "build") .. "/assay"

function program.quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local quote = program.quote

function program.output_of(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  pipe:close()
  return text
end

--- Runs shell text in `folder` with `assay` defined as the program: exit code, stdout, and stderr
--- without what root is told.
function program.shell(folder, text)
  local script = ("cd %s && assay() { %s \"$@\"; }\n(%s) >.printed 2>.errors\necho $? >.code\n"):format(
    quote(folder), quote(program.file), text)
  local pipe = assert(io.popen("timeout --foreground -k 5 120 sh", "w")) -- what hangs fails
  pipe:write(script)
  pipe:close()
  return tonumber(support.content(folder .. "/.code")), support.content(folder .. "/.printed"),
    (support.content(folder .. "/.errors"):gsub("assay: note: run by root[^\n]*\n", ""))
end

--- Runs one line, such as "assay size ...", in a folder of its own with these files, by name: exit code,
--- stdout, stderr.
function program.call(line, files)
  local folder = support.path "command"
  os.execute("mkdir " .. quote(folder))
  for name, content in next, files or {} do
    local to = assert(io.open(folder .. "/" .. name, "wb"))
    to:write(content)
    to:close()
  end
  local code, printed, errors = program.shell(folder, line)
  os.execute("rm -r " .. quote(folder))
  return code, printed, errors
end

--- Each { arguments, pattern } ends with 2, prints nothing, and says what is wrong in the words of the pattern.
function program.check_refusals(call, cases)
  local expect = require "luassert"
  for _, case in ipairs(cases) do
    local code, printed, errors = call(case[1])
    expect.same({ case[1], 2, "" }, { case[1], code, printed })
    expect.matches(case[2], errors)
    expect.matches("^assay: ", errors)
  end
end

--- What was printed without the lines of its tables, one blank between cells.
function program.plain(printed)
  local lines = {}
  for line in printed:gmatch "[^\n]+" do
    if not (line:find "^┌" or line:find "^├" or line:find "^└") then
      lines[#lines + 1] = line:gsub("│", " "):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- What is in a folder, hidden names too, but for what `shell` leaves there.
function program.entries(folder)
  return program.output_of(("cd %s && find . ! -name . ! -name .printed ! -name .errors ! -name .code | sort"):format(
    quote(folder))):gsub("\n", " "):gsub(" $", "")
end

--- A new folder with a script of this text in it.
function program.folder_with(script)
  local folder = support.path "run"
  os.execute("mkdir " .. quote(folder))
  local to = assert(io.open(folder .. "/try.lua", "w"))
  to:write(script)
  to:close()
  return folder
end

return program
