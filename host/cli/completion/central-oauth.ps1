# SPDX-License-Identifier: Apache-2.0
# PowerShell completion for central-oauth, with the words of `central-oauth completion bash`. Load it in $PROFILE:
#     . "$env:ProgramFiles\central-oauth\completion\central-oauth.ps1"
# It asks no server, so it does not know your accounts. PowerShell offers file names where this offers nothing, and
# Windows PowerShell 5.1 completes an option from its first letter only.
Register-ArgumentCompleter -Native -CommandName 'central-oauth' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $common = @('--ca', '--no-input', '--help')
    $options = @{
        'login'      = @('--subject', '--label', '--site', '--on-behalf-of', '--browser', '--no-browser', '--qr',
            '--no-qr', '--cancel', '--json') + $common
        'token'      = @('--account', '--format', '--min-ttl', '--timeout', '--git-host', '--subject') + $common
        'accounts'   = @('--provider', '--subject', '--json') + $common
        'explain'    = @('--subject', '--json') + $common
        'revoke'     = @('--yes', '--subject') + $common
        'config'     = @('--no-input', '--help')
        'completion' = @('--help')
        'help'       = @('--help')
    }
    $commands = @('login', 'token', 'accounts', 'explain', 'revoke', 'config', 'completion', 'help')
    $operands = @{
        'config'     = @('set', 'unset', 'path')
        'completion' = @('bash')
        'help'       = $commands
    }
    $formats = @('raw', 'json', 'env', 'mcp-headers', 'git')
    # Options whose values only the person knows.
    $free = @('--subject', '--label', '--site', '--on-behalf-of', '--account', '--min-ttl', '--timeout', '--git-host',
        '--provider', '--ca')

    $before = @($commandAst.CommandElements |
            Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object { $_.Extent.Text })
    if ($before.Count -eq 0) {
        return
    }
    $word = "$wordToComplete"
    $previous = $before[$before.Count - 1]
    $prefix = ''
    if ($word -match '^(--[a-z-]+)=(.*)$') {
        $previous = $Matches[1]
        $prefix = "$previous="
        $word = $Matches[2]
    }

    if ($before.Count -eq 1) {
        $words = $commands + @('--help', '--version')
    } elseif (-not $options.ContainsKey($before[1])) {
        return
    } elseif ($before[1] -eq 'token' -and $previous -eq '--format') {
        $words = $formats
    } elseif ($free -contains $previous) {
        return
    } else {
        $words = $options[$before[1]]
        if ($before.Count -eq 2 -and $operands.ContainsKey($before[1])) {
            $words = $operands[$before[1]] + $words
        }
    }

    foreach ($candidate in $words) {
        if ($candidate.StartsWith($word, [StringComparison]::Ordinal)) {
            [System.Management.Automation.CompletionResult]::new("$prefix$candidate", $candidate, 'ParameterValue',
                $candidate)
        }
    }
}
