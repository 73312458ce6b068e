"""Matchering 2 over one song: python peer.py SONG REFERENCE OUT"""
import sys
import matchering as mg

song, reference, out = sys.argv[1:]
mg.process(target=song, reference=reference, results=[mg.Result(out, subtype="FLOAT")])
